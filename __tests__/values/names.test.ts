import { sealedPassword } from '../support/sealed';
import { dockerHub, found, ValuesFiles } from './support/values-folder';

const buildJob = (...keys: string[]) =>
  dockerHub({ buildJob: `\n${keys.map((key) => `    ${key}\n`).join('')}`.trimEnd() });

test.each<[string, ValuesFiles, string[]]>([
  [
    'a Secret name that Kubernetes refuses',
    dockerHub({ pushSecretName: 'My_Secret' }),
    ['6:19 customImage.pushSecretName malformed'],
  ],
  [
    'a password in place of a Secret name',
    dockerHub({ pushSecretName: 'hunter2-Secret9' }),
    ['6:19 customImage.pushSecretName malformed'],
  ],
  ['an empty Secret name', dockerHub({ pushSecretName: '""' }), ['6:19 customImage.pushSecretName malformed']],
  [
    'a namespace that Kubernetes refuses',
    `targetNamespace: Hub.Prod\n${dockerHub()}`,
    ['1:18 targetNamespace malformed'],
  ],
  [
    'a wrong endpoint and a wrong namespace do not make the sealed password wrong',
    `targetNamespace: Hub\n${dockerHub({
      registryEndpoint: 'https://harbor.example.com/team',
      pushRepo: '[]',
      registryUsername: 'user',
      registryPassword: undefined,
      registryPasswordFrom: JSON.stringify({ sealed: sealedPassword({ host: 'harbor.example.com' }) }),
      pushSecretName: 'push',
    })}`,
    [
      '1:18 targetNamespace malformed',
      '3:21 customImage.registryEndpoint malformed: `https://harbor.example.com`',
      '5:13 customImage.pushRepo wrong-type: got a list',
    ],
  ],
  [
    'a namespace in a list',
    `targetNamespace: [hub, hub_2, hub]\n${dockerHub()}`,
    ['1:24 targetNamespace[1] malformed', '1:31 targetNamespace[2] duplicate'],
  ],
  ['a file name with capitals', { 'DockerHub.yaml': dockerHub() }, ['file']],
  ['a file name with an underscore', { 'docker_hub.yaml': dockerHub() }, ['file']],
  ['a file name that is too long', { [`${'a'.repeat(41)}.yaml`]: dockerHub() }, ['file']],
  ['a file name with the ending of the ignored files', { 'dockerhub-push-secret.yaml': dockerHub() }, ['file']],
  [
    'a file that ends in .yml',
    { 'dockerhub.yml': dockerHub(), 'gcr.YAML': dockerHub() },
    ['dockerhub.yml file', 'gcr.YAML file'],
  ],
  ['no values file', { 'README.md': 'hi' }, ['file']],
  [
    'two files that write the same Secret',
    { 'a.yaml': dockerHub({ pushSecretName: 'registry' }), 'b.yaml': dockerHub({ pushSecretName: 'registry' }) },
    ['b.yaml:6:19 customImage.pushSecretName duplicate'],
  ],
  [
    'a file that writes the Secret of another file in one namespace',
    {
      'a.yaml': `targetNamespace: [hub, lab]\n${dockerHub()}`,
      'b.yaml': `targetNamespace: [prod, lab]\n${dockerHub({ pushSecretName: 'a-push-secret' })}`,
    },
    ['b.yaml:7:19 customImage.pushSecretName duplicate'],
  ],
  [
    'requests without memory',
    buildJob('resources: { requests: { cpu: 500m } }'),
    ['7:18 customImage.buildJob.resources.requests.memory missing'],
  ],
  [
    'limits without cpu',
    buildJob('resources: { limits: { memory: 1Gi } }'),
    ['7:18 customImage.buildJob.resources.limits.cpu missing'],
  ],
  [
    'quantities that do not parse',
    buildJob('resources: { requests: { cpu: 2 cores, memory: 1GB } }', 'ephemeralStorage: 30GiB'),
    [
      '7:35 customImage.buildJob.resources.requests.cpu malformed',
      '7:52 customImage.buildJob.resources.requests.memory malformed: `1Gi`',
      '8:23 customImage.buildJob.ephemeralStorage malformed: `30Gi`',
    ],
  ],
  ['negative quantities', buildJob('ephemeralStorage: -1'), ['7:23 customImage.buildJob.ephemeralStorage malformed']],
  [
    'a tag that YAML reads as a number',
    buildJob('image: { tag: 1.40 }'),
    ['7:19 customImage.buildJob.image.tag wrong-type: "1.40"'],
  ],
  [
    'a tag in the repository',
    buildJob('image: { repository: "infuseai/buildah:v1", tag: "v 1" }'),
    ['7:26 customImage.buildJob.image.repository malformed', '7:54 customImage.buildJob.image.tag malformed'],
  ],
  ['buildJob without a value', dockerHub({ buildJob: '' }), ['6:13 customImage.buildJob wrong-type']],
])('%s: reported with its place and code', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});
