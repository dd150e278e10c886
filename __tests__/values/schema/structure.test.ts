import { dockerHub, found, readValues } from '../support/values-folder';

test.each<[string, string, string[]]>([
  [
    'a misspelt key',
    dockerHub({ pushRepo: undefined, pushRepoo: 'docker.io/exampleteam/notebooks' }),
    ['5:3 customImage.pushRepoo unknown-key: did you mean pushRepo?'],
  ],
  [
    'a misspelt key next to the right one',
    dockerHub({ pushRepos: 'docker.io/team/old', pushRepo: 'docker.io/team/notebooks:tag' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/team/notebooks`', '6:3 customImage.pushRepos unknown-key'],
  ],
  [
    'a misspelt ending of registryPassword',
    dockerHub({ registryPassword: undefined, pasword: 'secret' }),
    ['5:3 customImage.pasword unknown-key: did you mean registryPassword?'],
  ],
  [
    'a misspelt registryPassword',
    dockerHub({ registryPassword: undefined, registryPasword: 'secret' }),
    ['5:3 customImage.registryPasword unknown-key: did you mean registryPassword?'],
  ],
  [
    'a key in the wrong case',
    dockerHub({ pushSecretname: 'my-secret' }),
    ['6:3 customImage.pushSecretname unknown-key: did you mean pushSecretName?'],
  ],
  [
    'a key of customImage at the top level',
    `registryEndpoint: docker.io\n${dockerHub({ registryEndpoint: undefined })}`,
    ['1:1 registryEndpoint unknown-key: move it to customImage'],
  ],
  [
    'the keys of customImage without customImage',
    'registryEndpoint: docker.io\npushRepo: docker.io/exampleteam/notebooks\n',
    ['1:1 registryEndpoint unknown-key: move it to customImage', '2:1 pushRepo unknown-key: move it to customImage'],
  ],
  ['a key of aws at the top level', `${dockerHub()}region: eu-west-1\n`, ['6:1 region unknown-key: move it to aws']],
  [
    'a top-level key in customImage',
    dockerHub({ targetNamespace: 'hub' }),
    ['6:3 customImage.targetNamespace unknown-key: move it to the top level of the file'],
  ],
  [
    'a key that is similar to no other',
    dockerHub({ image: 'x' }),
    ['6:3 customImage.image unknown-key: move it to customImage.buildJob'],
  ],
  [
    'an unknown key in a list',
    `aws:\n  account: "123456789012"\n  region: eu-west-1\n  registries: [{ account: "210987654321", regoin: eu-west-1 }]\n${dockerHub()}`,
    ['1:1 aws mismatch', '4:43 aws.registries[0].regoin unknown-key: did you mean region?'],
  ],
  ['customImage is missing', 'targetNamespace: hub\n', ['1:1 customImage missing']],
  ['customImage without a value', 'customImage:\n', ['1:13 customImage wrong-type']],
  [
    'customImage is a list',
    'customImage:\n  - registryEndpoint: docker.io\n',
    ['2:3 customImage wrong-type: got a list'],
  ],
  ['customImage is text', 'customImage: docker.io\n', ['1:14 customImage wrong-type: got text']],
  ['a key without a value', dockerHub({ pushRepo: '' }), ['5:13 customImage.pushRepo wrong-type']],
  [
    'a number instead of text',
    dockerHub({ pushSecretName: '007' }),
    ['6:19 customImage.pushSecretName wrong-type: "007"'],
  ],
  [
    'a boolean instead of text',
    dockerHub({ pushSecretName: 'true' }),
    ['6:19 customImage.pushSecretName wrong-type: "true"'],
  ],
  [
    'a list instead of text',
    dockerHub({ pushRepo: '[docker.io/exampleteam/notebooks]' }),
    ['5:13 customImage.pushRepo wrong-type: got a list'],
  ],
  [
    'a mapping instead of text',
    dockerHub({ pushSecretName: '{ name: x }' }),
    ['6:19 customImage.pushSecretName wrong-type: got a mapping'],
  ],
  [
    'text instead of a mapping',
    dockerHub({ registryPassword: undefined, registryPasswordFrom: 'DOCKERHUB_TOKEN' }),
    ['5:25 customImage.registryPasswordFrom wrong-type: got text'],
  ],
  [
    'text instead of a boolean',
    dockerHub({ insecureSkipVerify: '"yes"' }),
    ['6:23 customImage.insecureSkipVerify wrong-type'],
  ],
  [
    'yes, which YAML 1.2 reads as text',
    dockerHub({ enabled: 'yes', insecureSkipVerify: 'no' }),
    ['6:12 customImage.enabled wrong-type', '7:23 customImage.insecureSkipVerify wrong-type'],
  ],
  [
    'a number instead of a boolean',
    dockerHub({ insecureSkipVerify: '1' }),
    ['6:23 customImage.insecureSkipVerify wrong-type'],
  ],
  [
    'an unknown word',
    dockerHub({
      registryPassword: undefined,
      registryPasswordFrom: '{ externalSecret: { store: vault, key: x, storeKind: Store } }',
    }),
    ['5:78 customImage.registryPasswordFrom.externalSecret.storeKind wrong-type'],
  ],
  [
    'a missing key in a mapping',
    dockerHub({ registryPassword: undefined, registryPasswordFrom: '{ externalSecret: { store: vault } }' }),
    ['5:27 customImage.registryPasswordFrom.externalSecret.key missing'],
  ],
  [
    'an AWS account that YAML reads as a number',
    `aws: { account: 012345678901, region: eu-west-1 }\n${dockerHub()}`,
    ['1:1 aws mismatch', '1:17 aws.account wrong-type: "012345678901"'],
  ],
  [
    'a wrong AWS account',
    `aws: { account: "1234", region: eu-west-1 }\n${dockerHub()}`,
    ['1:1 aws mismatch', '1:17 aws.account wrong-type'],
  ],
  [
    'a list of namespaces with a number in it',
    `targetNamespace: [hub, 1]\n${dockerHub()}`,
    ['1:24 targetNamespace[1] wrong-type: "1"'],
  ],
  ['an empty list of namespaces', `targetNamespace: []\n${dockerHub()}`, ['1:18 targetNamespace wrong-type']],
  [
    'only the last word of a key',
    dockerHub({
      registryUsername: undefined,
      username: 'exampleteam',
      registryPassword: undefined,
      password: 'secret',
      secretName: 'x',
    }),
    [
      '4:3 customImage.username unknown-key: did you mean registryUsername?',
      '5:3 customImage.password unknown-key: did you mean registryPassword?',
      '6:3 customImage.secretName unknown-key: did you mean pushSecretName?',
    ],
  ],
  ['a key that only sealed has', dockerHub({ host: 'docker.io' }), ['6:3 customImage.host unknown-key']],
  [
    'a short key that is not a misspelt one',
    dockerHub({ buildJob: '{ resources: { limits: { cpu: 1, memory: 1Gi, gpu: 1 } } }' }),
    ['6:59 customImage.buildJob.resources.limits.gpu unknown-key: allowed here are cpu, memory'],
  ],
  [
    'a key that every JavaScript object has',
    dockerHub({ hasOwnProperty: '"<x>"' }),
    ['6:3 customImage.hasOwnProperty unknown-key'],
  ],
  [
    'null',
    dockerHub({ registryPassword: '~', insecureSkipVerify: 'null' }),
    ['4:21 customImage.registryPassword wrong-type', '6:23 customImage.insecureSkipVerify wrong-type'],
  ],
  [
    'a list with several mistakes',
    `targetNamespace: [hub, hub, 5, Foo, "", null, foo]\n${dockerHub()}`,
    [
      '1:24 targetNamespace[1] duplicate',
      '1:29 targetNamespace[2] wrong-type: "5"',
      '1:32 targetNamespace[3] malformed',
      '1:37 targetNamespace[4] malformed',
      '1:41 targetNamespace[5] wrong-type',
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
      '5:7 aws.registries[0] wrong-type: got a number',
      '6:7 aws.registries[1].region missing',
      '7:18 aws.registries[2].account wrong-type: "111111111111"',
      '8:18 aws.registries[3].account wrong-type: "222222222222"',
      '9:42 aws.registries[4].region malformed',
    ],
  ],
  [
    'a mistake next to a missing key',
    dockerHub({
      registryPassword: undefined,
      registryPasswordFrom: '{ externalSecret: { store: Vault } }',
      buildJob: '{ resources: { limits: { memory: 5GB }, requests: { cpu: two, memory: true } } }',
    }),
    [
      '5:27 customImage.registryPasswordFrom.externalSecret.key missing',
      '5:52 customImage.registryPasswordFrom.externalSecret.store malformed',
      '6:28 customImage.buildJob.resources.limits.cpu missing',
      '6:46 customImage.buildJob.resources.limits.memory malformed: `5Gi`',
      '6:70 customImage.buildJob.resources.requests.cpu malformed',
      '6:83 customImage.buildJob.resources.requests.memory wrong-type: "true"',
    ],
  ],
])('%s: reported with its place and code', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});

test.each([
  ['aws: { account: "210987654321", region: eu-west-1, pod: { resources: {} } }', 'aws.pod.resources'],
  ['google: { images: { awsCli: example/aws-cli:2 } }', 'google.images.awsCli'],
])('a key is not moved into a mapping that has nothing to do with it: %s', (block, key) => {
  const { problems } = readValues(`${block}\n${dockerHub()}`);
  expect(problems).toContain(key);
  expect(problems).toMatch(/unknown key: the keys allowed here are/);
  expect(problems).not.toContain('move it to');
});
