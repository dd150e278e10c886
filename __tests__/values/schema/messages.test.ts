import { readValuesFolder } from '../../../values/read';
import { testSentences } from '../support/sentences';
import { dockerHub, writeValues } from '../support/values-folder';

const example = (text: string) => () => readValuesFolder(writeValues(text), { warnOfExamples: true }).findings.warnings;
const from = (registryPasswordFrom: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom });
const PREFER = 'The password in plaintext. Prefer registryPasswordFrom: git keeps a committed password for ever.';
const CUSTOM_IMAGE = 'The customImage settings of PrimeHub.';
const NAMESPACES =
  'Namespace of PrimeHub, or a list of namespaces that get the push Secret. All other objects go into the first one.';

// The exact sentences about keys, types and placeholders.
testSentences(
  ['unknown-keys.ts', 'structure.ts', 'placeholders.ts', 'committed-texts.ts', 'examples.ts'].map(
    (file) => `schema/${file}`,
  ),
  [
    // unknown keys
    ['unknown key: did you mean pushRepo?', dockerHub({ pushRepo: undefined, pushRepoo: 'docker.io/x/y' })],
    ['this key does not belong here: move it to customImage', `pushRepo: x\n${dockerHub({ pushRepo: undefined })}`],
    ['this key does not belong here: move it to the top level of the file', dockerHub({ targetNamespace: 'hub' })],
    [
      'unknown key: the keys allowed here are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
      dockerHub({ host: 'docker.io' }),
    ],
    [
      "unknown key: the keys allowed here are targetNamespace, aws, google, azure, customImage. Other settings of PrimeHub's chart stay in its own values file",
      'tsusage: {}\n',
    ],
    ['a space is missing after the colon: `pushRepo: ...`', dockerHub({ pushRepo: undefined, 'pushRepo:x': '' })],
    [
      "this key belongs to PrimeHub's own values file: remove it here, as this file describes only a registry",
      `usage: {}\n${dockerHub()}`,
    ],
    [
      'this key belongs to the chart aws-ecr-credential, which is not used here: remove it (settings of the pod go into aws.pod)',
      `affinity: {}\n${dockerHub()}`,
    ],
    [
      'synth cannot read a Secret of the cluster: if it is already a push Secret, set customImage.pushSecretName to its name, and remove registryUsername and registryPasswordFrom',
      from('{ secretName: x }'),
    ],
    [
      'access keys in this file would be committed: put them into a Secret of the cluster, and set accessKeySecret to its name (docs/ecr-identity.md)',
      `aws: { accessKeyId: QUtJQQ== }\n${dockerHub()}`,
    ],
    // missing keys, and values of a wrong type
    [`missing: a values file must have this key. ${CUSTOM_IMAGE}`, 'targetNamespace: hub\n'],
    [
      'missing. Key of the password in the store, such as the path of a Vault secret.',
      from('{ externalSecret: { store: vault } }'),
    ],
    [
      'missing: the PrimeHub controller panics unless both cpu and memory are set. Memory: 100Mi. A Kubernetes quantity.',
      dockerHub({ buildJob: '{ resources: { requests: { cpu: 500m } } }' }),
    ],
    [`this key has no value: give it one or remove the key. ${CUSTOM_IMAGE}`, 'customImage:\n'],
    [
      `this key has no value: give it one, in quotes if it begins with "#", or remove the key. ${PREFER}`,
      dockerHub({ registryPassword: '#abc' }),
    ],
    [
      `YAML reads \`~\` as no value: give the key a value, put it in quotes if it is the password, or remove the key. ${PREFER}`,
      dockerHub({ registryPassword: '~' }),
    ],
    [
      'YAML reads `null` as no value: give the key a value or remove the key',
      `targetNamespace: [null]\n${dockerHub()}`,
    ],
    ['YAML reads this as a number; put it in quotes: "1"', `targetNamespace: [hub, 1]\n${dockerHub()}`],
    [`YAML reads this as a number; put it in quotes. ${PREFER}`, dockerHub({ registryPassword: '12345678' })],
    [
      'YAML reads this as a boolean; put it in quotes: "true". Name of the push Secret. Default: <name of this file>-push-secret.',
      dockerHub({ pushSecretName: 'true' }),
    ],
    [`expected text, got a list. ${PREFER}`, dockerHub({ registryPassword: '[x]' })],
    [`expected a mapping, got text. ${CUSTOM_IMAGE}`, 'customImage: docker.io\n'],
    [
      'expected a mapping (env, file, externalSecret, sealed), got text. Source of the password, instead of registryPassword: exactly one of env, file, externalSecret, sealed.',
      from('TOKEN'),
    ],
    [
      'expected true or false, without quotes (yes, no, on and off are text). If false, nothing is generated from this file.',
      dockerHub({ enabled: 'yes' }),
    ],
    [
      'expected one of SecretStore, ClusterSecretStore. Kind of the store.',
      from('{ externalSecret: { store: vault, key: x, storeKind: Store } }'),
    ],
    [
      'expected a list, got text. Names of the Secrets with which the images are pulled.',
      `aws: { pod: { imagePullSecrets: mirror } }\n${dockerHub()}`,
    ],
    [
      `the list is empty: add at least one item, or remove the key. ${NAMESPACES}`,
      `targetNamespace: []\n${dockerHub()}`,
    ],
    [
      'empty: expected a value. AWS account id: 12 digits, in quotes.',
      `aws: { account: "", region: eu-west-1 }\n${dockerHub()}`,
    ],
    [
      'this is not an AWS account id, which has no dashes or spaces. AWS account id: 12 digits, in quotes.',
      `aws: { account: "1", region: eu-west-1 }\n${dockerHub()}`,
    ],
    [
      'this text is not allowed here. User, group and fsGroup of the pod: a number, or cluster to let OpenShift choose.',
      `aws: { account: "123456789012", region: eu-west-1, pod: { runAsUser: root } }\n${dockerHub()}`,
    ],
    [
      'YAML reads a value that begins with "&" as an anchor: put the password in quotes',
      dockerHub({ registryPassword: '&a b' }),
    ],
    [
      'YAML reads the text after " #" as a comment: put the password in quotes if that text is part of it',
      dockerHub({ registryPassword: 'abc #def' }),
    ],
    // placeholders
    [
      '<docker hub user> is a placeholder from the docs: replace it with your own value',
      dockerHub({ registryUsername: '<docker hub user>' }),
    ],
    [
      '<namespace> and <repo> are placeholders from the docs: replace them with your own values',
      dockerHub({ pushRepo: 'docker.io/<namespace>/<repo>' }),
    ],
    [
      'this still has a placeholder in angle brackets: replace it with your own value',
      dockerHub({ pushRepo: 'docker.io/exampleteam/<my repo>' }),
    ],
    [
      'variables and templates are not expanded in a values file: to read an environment variable, use `registryPasswordFrom: { env: NAME }`',
      dockerHub({ registryPassword: '${TOKEN}' }),
    ],
    [
      'variables and templates are not expanded in a values file: write the value itself',
      dockerHub({ pushRepo: 'docker.io/${TEAM}/notebooks' }),
    ],
    [
      'this contains an access token or a key, which would be committed: keep it in the place that registryPasswordFrom names',
      dockerHub({ registryUsername: `dckr_pat_${'x'.repeat(27)}` }),
    ],
    ['exampleteam is a value from the examples: replace it with your own value', example(dockerHub())],
    [
      'this host is reserved for examples: replace it with your own value',
      example(dockerHub({ registryEndpoint: 'https://harbor.example.com', pushRepo: 'harbor.example.com/a/b' })),
    ],
  ],
);
