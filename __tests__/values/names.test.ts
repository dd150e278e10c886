import { sealedPassword } from '../support/sealed';
import { dockerHub, lines, readValues, ValuesFiles } from './support/values-folder';

const buildJob = (...keys: string[]) =>
  dockerHub({ buildJob: `\n${keys.map((key) => `    ${key}\n`).join('')}`.trimEnd() });

test.each<[string, ValuesFiles, string[]]>([
  [
    'a Secret name that Kubernetes refuses',
    dockerHub({ pushSecretName: 'My_Secret' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  this is no name of a Secret: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; the password itself does not belong here',
    ],
  ],
  [
    'a password in place of a Secret name',
    dockerHub({ pushSecretName: 'hunter2-Secret9' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  this is no name of a Secret: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; the password itself does not belong here',
    ],
  ],
  [
    'an empty Secret name',
    dockerHub({ pushSecretName: '""' }),
    [
      'registries/dockerhub.yaml:6:19  customImage.pushSecretName',
      '  this is no name of a Secret: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; the password itself does not belong here',
    ],
  ],
  [
    'a namespace that Kubernetes refuses',
    `targetNamespace: Hub.Prod\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:18  targetNamespace',
      '  "Hub.Prod" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
    ],
  ],
  [
    'an endpoint and a namespace that are wrong, and a sealed password, which may be right',
    `targetNamespace: Hub\n${dockerHub({
      registryEndpoint: 'https://harbor.example.com/team',
      pushRepo: '[]',
      registryUsername: 'user',
      registryPassword: undefined,
      registryPasswordFrom: JSON.stringify({ sealed: sealedPassword({ host: 'harbor.example.com' }) }),
      pushSecretName: 'push',
    })}`,
    [
      'registries/dockerhub.yaml:1:18  targetNamespace',
      '  "Hub" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
      'registries/dockerhub.yaml:3:21  customImage.registryEndpoint',
      '  "https://harbor.example.com/team" is not the address of a registry: host and port alone, without a path; `https://harbor.example.com` would be right',
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  text is wanted, not a list. One repository: images are <pushRepo>:<image name>-<hash>. PrimeHub 3.8 and later.',
    ],
  ],
  [
    'a namespace in a list',
    `targetNamespace: [hub, hub_2, hub]\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:24  targetNamespace[1]',
      '  "hub_2" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
      'registries/dockerhub.yaml:1:31  targetNamespace[2]',
      '  hub is in the list already',
    ],
  ],
  [
    'a file name with capitals',
    { 'DockerHub.yaml': dockerHub() },
    [
      'registries/DockerHub.yaml',
      '  the file\'s name becomes part of Kubernetes names: lower-case letters, digits and "-", at most 40 characters, then .yaml',
    ],
  ],
  [
    'a file name with an underscore',
    { 'docker_hub.yaml': dockerHub() },
    [
      'registries/docker_hub.yaml',
      '  the file\'s name becomes part of Kubernetes names: lower-case letters, digits and "-", at most 40 characters, then .yaml',
    ],
  ],
  [
    'a file name that is too long',
    { [`${'a'.repeat(41)}.yaml`]: dockerHub() },
    [
      'registries/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.yaml',
      '  the file\'s name becomes part of Kubernetes names: lower-case letters, digits and "-", at most 40 characters, then .yaml',
    ],
  ],
  [
    'a file name that ends like the ignored files',
    { 'dockerhub-push-secret.yaml': dockerHub() },
    [
      'registries/dockerhub-push-secret.yaml',
      "  the file's name ends in -push-secret, which is how the ignored files in dist/ end; choose another",
    ],
  ],
  [
    'a file that ends in .yml',
    { 'dockerhub.yml': dockerHub(), 'gcr.YAML': dockerHub() },
    [
      'registries/dockerhub.yml',
      '  not read; a values file ends in .yaml',
      'registries/gcr.YAML',
      '  not read; a values file ends in .yaml',
    ],
  ],
  [
    'no values file',
    { 'README.md': 'hi' },
    ['registries', '  no values file (*.yaml) in this folder; one per registry is wanted'],
  ],
  [
    'two files that write one Secret',
    { 'a.yaml': dockerHub({ pushSecretName: 'registry' }), 'b.yaml': dockerHub({ pushSecretName: 'registry' }) },
    [
      'registries/b.yaml:6:19  customImage.pushSecretName',
      '  registries/a.yaml writes the Secret registry in the namespace hub too; give one of them another name',
    ],
  ],
  [
    'a file that writes the Secret of another in one of its namespaces',
    {
      'a.yaml': `targetNamespace: [hub, lab]\n${dockerHub()}`,
      'b.yaml': `targetNamespace: [prod, lab]\n${dockerHub({ pushSecretName: 'a-push-secret' })}`,
    },
    [
      'registries/b.yaml:7:19  customImage.pushSecretName',
      '  registries/a.yaml writes the Secret a-push-secret in the namespace lab too; give one of them another name',
    ],
  ],
  [
    'requests without memory',
    buildJob('resources: { requests: { cpu: 500m } }'),
    [
      'registries/dockerhub.yaml:7:18  customImage.buildJob.resources.requests.memory',
      '  missing: the PrimeHub controller panics where cpu and memory are not both there. Memory: 100Mi. A Kubernetes quantity.',
    ],
  ],
  [
    'limits without cpu',
    buildJob('resources: { limits: { memory: 1Gi } }'),
    [
      'registries/dockerhub.yaml:7:18  customImage.buildJob.resources.limits.cpu',
      '  missing: the PrimeHub controller panics where cpu and memory are not both there. CPU: 500m. A Kubernetes quantity.',
    ],
  ],
  [
    'quantities that do not parse',
    buildJob('resources: { requests: { cpu: 2 cores, memory: 1GB } }', 'ephemeralStorage: 30GiB'),
    [
      'registries/dockerhub.yaml:7:35  customImage.buildJob.resources.requests.cpu',
      '  "2 cores" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use one like `500m` or `2Gi`',
      'registries/dockerhub.yaml:7:52  customImage.buildJob.resources.requests.memory',
      '  "1GB" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use `1Gi`',
      'registries/dockerhub.yaml:8:23  customImage.buildJob.ephemeralStorage',
      '  "30GiB" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use `30Gi`',
    ],
  ],
  [
    'negative quantities',
    buildJob('ephemeralStorage: -1'),
    [
      'registries/dockerhub.yaml:7:23  customImage.buildJob.ephemeralStorage',
      '  "-1" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use one like `500m` or `2Gi`',
    ],
  ],
  [
    'a tag that YAML reads as a number',
    buildJob('image: { tag: 1.40 }'),
    [
      'registries/dockerhub.yaml:7:19  customImage.buildJob.image.tag',
      '  YAML reads this as a number; put it in quotes: "1.40". Tag of the builder image. PrimeHub\'s default: v1.39.3.',
    ],
  ],
  [
    'a tag in the repository',
    buildJob('image: { repository: "infuseai/buildah:v1", tag: "v 1" }'),
    [
      'registries/dockerhub.yaml:7:26  customImage.buildJob.image.repository',
      '  "infuseai/buildah:v1" is not an image repository: expected one like `infuseai/buildah`, without a tag',
      'registries/dockerhub.yaml:7:54  customImage.buildJob.image.tag',
      '  "v 1" is not a tag: expected at most 128 letters, digits, "_", "." and "-", the first not "." or "-"',
    ],
  ],
  [
    'nothing follows buildJob',
    dockerHub({ buildJob: '' }),
    [
      'registries/dockerhub.yaml:6:13  customImage.buildJob',
      '  nothing follows this key; give it a value or remove it. The job that builds an image.',
    ],
  ],
])('%s: says what would be right', (_, file, answer) => {
  expect(readValues(file).problems).toBe(lines(answer));
});
