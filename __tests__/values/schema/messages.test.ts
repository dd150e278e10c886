import { readValuesFolder } from '../../../values/read';
import { testSentences } from '../support/sentences';
import { dockerHub, writeValues } from '../support/values-folder';

const example = (text: string) => () => readValuesFolder(writeValues(text), { warnOfExamples: true }).findings.warnings;
const from = (registryPasswordFrom: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom });
const PREFER = 'The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.';
const CUSTOM_IMAGE = 'The customImage settings of PrimeHub.';
const NAMESPACES = 'Namespace of PrimeHub, or a list of those that get the push Secret; the first is home to the rest.';

// The sentences on keys, types and placeholders, to the letter.
testSentences(
  ['unknown-keys.ts', 'structure.ts', 'placeholders.ts', 'committed-texts.ts', 'examples.ts'].map(
    (file) => `schema/${file}`,
  ),
  [
    // keys that are not known
    ['this key is not known; pushRepo is', dockerHub({ pushRepo: undefined, pushRepoo: 'docker.io/x/y' })],
    ['this key is not known here; it belongs to customImage', `pushRepo: x\n${dockerHub({ pushRepo: undefined })}`],
    ['this key is not known here; it belongs to the top of the file', dockerHub({ targetNamespace: 'hub' })],
    [
      'this key is not known here; known are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
      dockerHub({ host: 'docker.io' }),
    ],
    [
      "this key is not known here; known are targetNamespace, aws, google, azure, customImage; what else PrimeHub's chart takes stays in its own values file",
      'tsusage: {}\n',
    ],
    ['a space is missing after the colon: `pushRepo: ...`', dockerHub({ pushRepo: undefined, 'pushRepo:x': '' })],
    [
      "this key belongs to PrimeHub's own values file, which stays what it is; here are the keys of one registry alone, remove it",
      `usage: {}\n${dockerHub()}`,
    ],
    [
      'this key is of the chart that makes the objects; they are made from this file here, remove it (what the pod needs is in aws.pod)',
      `affinity: {}\n${dockerHub()}`,
    ],
    [
      'a Secret of the cluster cannot be read here; where it is a push Secret already, name it in customImage.pushSecretName, without registryUsername and registryPasswordFrom',
      from('{ secretName: x }'),
    ],
    [
      'access keys in this file would be committed; put the keys into a Secret of the cluster and name it in accessKeySecret: docs/ecr-identity.md',
      `aws: { accessKeyId: QUtJQQ== }\n${dockerHub()}`,
    ],
    // keys that are missing, and values of another type
    [`missing: what a values file says is below this key. ${CUSTOM_IMAGE}`, 'targetNamespace: hub\n'],
    [
      'missing. Key of the password in the store, e.g. the path of a Vault secret.',
      from('{ externalSecret: { store: vault } }'),
    ],
    [
      'missing: the PrimeHub controller panics where cpu and memory are not both there. Memory: 100Mi. A Kubernetes quantity.',
      dockerHub({ buildJob: '{ resources: { requests: { cpu: 500m } } }' }),
    ],
    [`nothing follows this key; give it a value or remove it. ${CUSTOM_IMAGE}`, 'customImage:\n'],
    [
      `nothing follows this key; give it a value, in quotes where it begins with "#", or remove it. ${PREFER}`,
      dockerHub({ registryPassword: '#abc' }),
    ],
    [
      `\`~\` means nothing in YAML; give it a value, put it in quotes where it is the password, or remove the key. ${PREFER}`,
      dockerHub({ registryPassword: '~' }),
    ],
    ['`null` means nothing in YAML; give it a value or remove the key', `targetNamespace: [null]\n${dockerHub()}`],
    ['YAML reads this as a number; put it in quotes: "1"', `targetNamespace: [hub, 1]\n${dockerHub()}`],
    [`YAML reads this as a number; put it in quotes. ${PREFER}`, dockerHub({ registryPassword: '12345678' })],
    [
      'YAML reads this as a boolean; put it in quotes: "true". Name of the push Secret. Default: <name of this file>-push-secret.',
      dockerHub({ pushSecretName: 'true' }),
    ],
    [`text is wanted, not a list. ${PREFER}`, dockerHub({ registryPassword: '[x]' })],
    [`a mapping is wanted, not text. ${CUSTOM_IMAGE}`, 'customImage: docker.io\n'],
    [
      'a mapping is wanted (env, file, externalSecret, sealed), not text. Where the password comes from, instead of registryPassword: exactly one of env, file, externalSecret, sealed.',
      from('TOKEN'),
    ],
    [
      'true or false is wanted, without quotes (yes, no, on and off are text here). false: nothing is generated from this file.',
      dockerHub({ enabled: 'yes' }),
    ],
    [
      'one of SecretStore, ClusterSecretStore is wanted. Kind of the store.',
      from('{ externalSecret: { store: vault, key: x, storeKind: Store } }'),
    ],
    [
      'a list is wanted, not text. Names of the Secrets that the images are pulled with.',
      `aws: { pod: { imagePullSecrets: mirror } }\n${dockerHub()}`,
    ],
    [`the list is empty; name at least one, or remove the key. ${NAMESPACES}`, `targetNamespace: []\n${dockerHub()}`],
    [
      'empty; a value is wanted. AWS account id: 12 digits, in quotes.',
      `aws: { account: "", region: eu-west-1 }\n${dockerHub()}`,
    ],
    [
      'this is no AWS account id; dashes and spaces have no place in it. AWS account id: 12 digits, in quotes.',
      `aws: { account: "1", region: eu-west-1 }\n${dockerHub()}`,
    ],
    [
      "this text is not accepted here. User, group and fsGroup of the pod: a number, or cluster for OpenShift's own.",
      `aws: { account: "123456789012", region: eu-west-1, pod: { runAsUser: root } }\n${dockerHub()}`,
    ],
    [
      'YAML takes what begins with "&" for an anchor; put the password in quotes',
      dockerHub({ registryPassword: '&a b' }),
    ],
    [
      'YAML takes what follows " #" for a comment; put the password in quotes where that is a part of it',
      dockerHub({ registryPassword: 'abc #def' }),
    ],
    // what stands for a value
    [
      "<docker hub user> is still the docs' placeholder; put your own value there",
      dockerHub({ registryUsername: '<docker hub user>' }),
    ],
    [
      "<namespace> and <repo> are still the docs' placeholders; put your own values there",
      dockerHub({ pushRepo: 'docker.io/<namespace>/<repo>' }),
    ],
    [
      'a placeholder in angle brackets is still there; put your own value in its place',
      dockerHub({ pushRepo: 'docker.io/exampleteam/<my repo>' }),
    ],
    [
      'nothing expands variables and templates in a values file; `registryPasswordFrom: { env: NAME }` reads an environment variable',
      dockerHub({ registryPassword: '${TOKEN}' }),
    ],
    [
      'nothing expands variables and templates in a values file',
      dockerHub({ pushRepo: 'docker.io/${TEAM}/notebooks' }),
    ],
    [
      'this holds an access token or key, which would be committed; it belongs where registryPasswordFrom points to',
      dockerHub({ registryUsername: `dckr_pat_${'x'.repeat(27)}` }),
    ],
    ['exampleteam is a value of the examples; put your own value there', example(dockerHub())],
    [
      'this host is reserved for examples; put your own value there',
      example(dockerHub({ registryEndpoint: 'https://harbor.example.com', pushRepo: 'harbor.example.com/a/b' })),
    ],
  ],
);
