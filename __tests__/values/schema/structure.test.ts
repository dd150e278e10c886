import { dockerHub, lines, readValues } from '../support/values-folder';

test.each<[string, string, string[]]>([
  [
    'a misspelt key',
    dockerHub({ pushRepo: undefined, pushRepoo: 'docker.io/exampleteam/notebooks' }),
    ['registries/dockerhub.yaml:5:3  customImage.pushRepoo', '  this key is not known; pushRepo is'],
  ],
  [
    'a slip beside the key that it is a slip of',
    dockerHub({ pushRepos: 'docker.io/team/old', pushRepo: 'docker.io/team/notebooks:tag' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/team/notebooks:tag" has a tag; `docker.io/team/notebooks` would be right',
      'registries/dockerhub.yaml:6:3  customImage.pushRepos',
      '  this key is not known here; known are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
    ],
  ],
  [
    'a misspelt end of the key of a password',
    dockerHub({ registryPassword: undefined, pasword: 'secret' }),
    ['registries/dockerhub.yaml:5:3  customImage.pasword', '  this key is not known; registryPassword is'],
  ],
  [
    'a misspelt key of a password',
    dockerHub({ registryPassword: undefined, registryPasword: 'secret' }),
    ['registries/dockerhub.yaml:5:3  customImage.registryPasword', '  this key is not known; registryPassword is'],
  ],
  [
    'another case',
    dockerHub({ pushSecretname: 'my-secret' }),
    ['registries/dockerhub.yaml:6:3  customImage.pushSecretname', '  this key is not known; pushSecretName is'],
  ],
  [
    'a key of customImage at the top',
    `registryEndpoint: docker.io\n${dockerHub({ registryEndpoint: undefined })}`,
    ['registries/dockerhub.yaml:1:1  registryEndpoint', '  this key is not known here; it belongs to customImage'],
  ],
  [
    'the keys of customImage without customImage',
    'registryEndpoint: docker.io\npushRepo: docker.io/exampleteam/notebooks\n',
    [
      'registries/dockerhub.yaml:1:1  registryEndpoint',
      '  this key is not known here; it belongs to customImage',
      'registries/dockerhub.yaml:2:1  pushRepo',
      '  this key is not known here; it belongs to customImage',
    ],
  ],
  [
    'a key of aws at the top',
    `${dockerHub()}region: eu-west-1\n`,
    ['registries/dockerhub.yaml:6:1  region', '  this key is not known here; it belongs to aws'],
  ],
  [
    'a top key below customImage',
    dockerHub({ targetNamespace: 'hub' }),
    [
      'registries/dockerhub.yaml:6:3  customImage.targetNamespace',
      '  this key is not known here; it belongs to the top of the file',
    ],
  ],
  [
    'a key like none',
    dockerHub({ image: 'x' }),
    [
      'registries/dockerhub.yaml:6:3  customImage.image',
      '  this key is not known here; it belongs to customImage.buildJob',
    ],
  ],
  [
    'an unknown key in a list',
    `aws:\n  account: "123456789012"\n  region: eu-west-1\n  registries: [{ account: "210987654321", regoin: eu-west-1 }]\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:1  aws',
      '  this block is for Amazon ECR, and the registry is docker.io; remove one of them',
      'registries/dockerhub.yaml:4:43  aws.registries[0].regoin',
      '  this key is not known; region is',
    ],
  ],
  [
    'customImage is missing',
    'targetNamespace: hub\n',
    [
      'registries/dockerhub.yaml:1:1  customImage',
      '  missing: what a values file says is below this key. The customImage settings of PrimeHub.',
    ],
  ],
  [
    'nothing follows customImage',
    'customImage:\n',
    [
      'registries/dockerhub.yaml:1:13  customImage',
      '  nothing follows this key; give it a value or remove it. The customImage settings of PrimeHub.',
    ],
  ],
  [
    'customImage is a list',
    'customImage:\n  - registryEndpoint: docker.io\n',
    [
      'registries/dockerhub.yaml:2:3  customImage',
      '  a mapping is wanted, not a list. The customImage settings of PrimeHub.',
    ],
  ],
  [
    'customImage is text',
    'customImage: docker.io\n',
    [
      'registries/dockerhub.yaml:1:14  customImage',
      '  a mapping is wanted, not text. The customImage settings of PrimeHub.',
    ],
  ],
  [
    'nothing follows a key',
    dockerHub({ pushRepo: '' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  nothing follows this key; give it a value or remove it. One repository: images are <pushRepo>:<image name>-<hash>. PrimeHub 3.8 and later.',
    ],
  ],
  [
    'a number where text is wanted',
    dockerHub({ pushSecretName: '007' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  YAML reads this as a number; put it in quotes: "007". Name of the push Secret. Default: <name of this file>-push-secret.',
    ],
  ],
  [
    'a boolean where text is wanted',
    dockerHub({ pushSecretName: 'true' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  YAML reads this as a boolean; put it in quotes: "true". Name of the push Secret. Default: <name of this file>-push-secret.',
    ],
  ],
  [
    'a list where text is wanted',
    dockerHub({ pushRepo: '[docker.io/exampleteam/notebooks]' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  text is wanted, not a list. One repository: images are <pushRepo>:<image name>-<hash>. PrimeHub 3.8 and later.',
    ],
  ],
  [
    'a mapping where text is wanted',
    dockerHub({ pushSecretName: '{ name: x }' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  text is wanted, not a mapping. Name of the push Secret. Default: <name of this file>-push-secret.',
    ],
  ],
  [
    'text where a mapping is wanted',
    dockerHub({ registryPassword: undefined, registryPasswordFrom: 'DOCKERHUB_TOKEN' }),
    [
      'registries/dockerhub.yaml:5:25  customImage.registryPasswordFrom',
      '  a mapping is wanted (env, file, externalSecret, sealed), not text. Where the password comes from, instead of registryPassword: exactly one of env, file, externalSecret, sealed.',
    ],
  ],
  [
    'text where a boolean is wanted',
    dockerHub({ insecureSkipVerify: '"yes"' }),
    [
      'registries/dockerhub.yaml:6:23  customImage.insecureSkipVerify',
      '  true or false is wanted, without quotes (yes, no, on and off are text here). Push without verifying the TLS certificate of the registry.',
    ],
  ],
  [
    'yes, which YAML 1.2 reads as text',
    dockerHub({ enabled: 'yes', insecureSkipVerify: 'no' }),
    [
      'registries/dockerhub.yaml:6:12  customImage.enabled',
      '  true or false is wanted, without quotes (yes, no, on and off are text here). false: nothing is generated from this file.',
      'registries/dockerhub.yaml:7:23  customImage.insecureSkipVerify',
      '  true or false is wanted, without quotes (yes, no, on and off are text here). Push without verifying the TLS certificate of the registry.',
    ],
  ],
  [
    'a number where a boolean is wanted',
    dockerHub({ insecureSkipVerify: '1' }),
    [
      'registries/dockerhub.yaml:6:23  customImage.insecureSkipVerify',
      '  true or false is wanted, without quotes (yes, no, on and off are text here). Push without verifying the TLS certificate of the registry.',
    ],
  ],
  [
    'an unknown word',
    dockerHub({
      registryPassword: undefined,
      registryPasswordFrom: '{ externalSecret: { store: vault, key: x, storeKind: Store } }',
    }),
    [
      'registries/dockerhub.yaml:5:78  customImage.registryPasswordFrom.externalSecret.storeKind',
      '  one of SecretStore, ClusterSecretStore is wanted. Kind of the store.',
    ],
  ],
  [
    'a key that is missing in a mapping',
    dockerHub({ registryPassword: undefined, registryPasswordFrom: '{ externalSecret: { store: vault } }' }),
    [
      'registries/dockerhub.yaml:5:27  customImage.registryPasswordFrom.externalSecret.key',
      '  missing. Key of the password in the store, e.g. the path of a Vault secret.',
    ],
  ],
  [
    'an AWS account that YAML reads as a number',
    `aws: { account: 012345678901, region: eu-west-1 }\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:1  aws',
      '  this block is for Amazon ECR, and the registry is docker.io; remove one of them',
      'registries/dockerhub.yaml:1:17  aws.account',
      '  YAML reads this as a number; put it in quotes: "012345678901". AWS account id: 12 digits, in quotes.',
    ],
  ],
  [
    'an AWS account that is none',
    `aws: { account: "1234", region: eu-west-1 }\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:1  aws',
      '  this block is for Amazon ECR, and the registry is docker.io; remove one of them',
      'registries/dockerhub.yaml:1:17  aws.account',
      '  this is no AWS account id; dashes and spaces have no place in it. AWS account id: 12 digits, in quotes.',
    ],
  ],
  [
    'a list of namespaces with a number in it',
    `targetNamespace: [hub, 1]\n${dockerHub()}`,
    ['registries/dockerhub.yaml:1:24  targetNamespace[1]', '  YAML reads this as a number; put it in quotes: "1"'],
  ],
  [
    'an empty list of namespaces',
    `targetNamespace: []\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:18  targetNamespace',
      '  the list is empty; name at least one, or remove the key. Namespace of PrimeHub, or a list of those that get the push Secret; the first is home to the rest.',
    ],
  ],
  [
    'the end of a key',
    dockerHub({
      registryUsername: undefined,
      username: 'exampleteam',
      registryPassword: undefined,
      password: 'secret',
      secretName: 'x',
    }),
    [
      'registries/dockerhub.yaml:4:3  customImage.username',
      '  this key is not known; registryUsername is',
      'registries/dockerhub.yaml:5:3  customImage.password',
      '  this key is not known; registryPassword is',
      'registries/dockerhub.yaml:6:3  customImage.secretName',
      '  this key is not known; pushSecretName is',
    ],
  ],
  [
    'a key that only what is sealed has',
    dockerHub({ host: 'docker.io' }),
    [
      'registries/dockerhub.yaml:6:3  customImage.host',
      '  this key is not known here; known are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
    ],
  ],
  [
    'a short key that is no slip of another',
    dockerHub({ buildJob: '{ resources: { limits: { cpu: 1, memory: 1Gi, gpu: 1 } } }' }),
    [
      'registries/dockerhub.yaml:6:59  customImage.buildJob.resources.limits.gpu',
      '  this key is not known here; known are cpu, memory',
    ],
  ],
  [
    'a key that every JavaScript object has',
    dockerHub({ hasOwnProperty: '"<x>"' }),
    [
      'registries/dockerhub.yaml:6:3  customImage.hasOwnProperty',
      '  this key is not known here; known are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
    ],
  ],
  [
    'null',
    dockerHub({ registryPassword: '~', insecureSkipVerify: 'null' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  `~` means nothing in YAML; give it a value, put it in quotes where it is the password, or remove the key. The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.',
      'registries/dockerhub.yaml:6:23  customImage.insecureSkipVerify',
      '  `null` means nothing in YAML; give it a value or remove the key. Push without verifying the TLS certificate of the registry.',
    ],
  ],
  [
    'a list with several mistakes',
    `targetNamespace: [hub, hub, 5, Foo, "", null, foo]\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:24  targetNamespace[1]',
      '  hub is in the list already',
      'registries/dockerhub.yaml:1:29  targetNamespace[2]',
      '  YAML reads this as a number; put it in quotes: "5"',
      'registries/dockerhub.yaml:1:32  targetNamespace[3]',
      '  "Foo" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
      'registries/dockerhub.yaml:1:37  targetNamespace[4]',
      '  "" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
      'registries/dockerhub.yaml:1:41  targetNamespace[5]',
      '  `null` means nothing in YAML; give it a value or remove the key',
    ],
  ],
  [
    'a list of registries with several mistakes',
    [
      'aws:',
      '  account: "123456789012"',
      '  region: us-east-1',
      '  registries:',
      '    - 5',
      '    - { account: "210987654321" }',
      '    - { account: 111111111111, region: us-east-1 }',
      '    - { account: 222222222222, region: us-east-1 }',
      '    - { account: "123456789012", region: mars-1 }',
      'customImage:',
      '  registryEndpoint: 123456789012.dkr.ecr.us-east-1.amazonaws.com',
      '  pushRepo: 123456789012.dkr.ecr.us-east-1.amazonaws.com/notebooks',
      '',
    ].join('\n'),
    [
      'registries/dockerhub.yaml:5:7  aws.registries[0]',
      '  a mapping is wanted (account, region), not a number',
      'registries/dockerhub.yaml:6:7  aws.registries[1].region',
      '  missing. AWS region.',
      'registries/dockerhub.yaml:7:18  aws.registries[2].account',
      '  YAML reads this as a number; put it in quotes: "111111111111". AWS account id: 12 digits, in quotes.',
      'registries/dockerhub.yaml:8:18  aws.registries[3].account',
      '  YAML reads this as a number; put it in quotes: "222222222222". AWS account id: 12 digits, in quotes.',
      'registries/dockerhub.yaml:9:42  aws.registries[4].region',
      '  "mars-1" is not a region name: expected one like `eu-west-1`',
    ],
  ],
  [
    'a mistake beside a key that is missing',
    dockerHub({
      registryPassword: undefined,
      registryPasswordFrom: '{ externalSecret: { store: Vault } }',
      buildJob: '{ resources: { limits: { memory: 5GB }, requests: { cpu: two, memory: true } } }',
    }),
    [
      'registries/dockerhub.yaml:5:27  customImage.registryPasswordFrom.externalSecret.key',
      '  missing. Key of the password in the store, e.g. the path of a Vault secret.',
      'registries/dockerhub.yaml:5:52  customImage.registryPasswordFrom.externalSecret.store',
      '  "Vault" is not a valid store name: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters',
      'registries/dockerhub.yaml:6:28  customImage.buildJob.resources.limits.cpu',
      '  missing: the PrimeHub controller panics where cpu and memory are not both there. CPU: 500m. A Kubernetes quantity.',
      'registries/dockerhub.yaml:6:46  customImage.buildJob.resources.limits.memory',
      '  "5GB" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use `5Gi`',
      'registries/dockerhub.yaml:6:70  customImage.buildJob.resources.requests.cpu',
      '  "two" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use one like `500m` or `2Gi`',
      'registries/dockerhub.yaml:6:83  customImage.buildJob.resources.requests.memory',
      '  YAML reads this as a boolean; put it in quotes: "true". Memory: 100Mi. A Kubernetes quantity.',
    ],
  ],
])('%s: says what would be right', (_, file, answer) => {
  expect(readValues(file).problems).toBe(lines(answer));
});
