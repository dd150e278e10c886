import { App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EcrAddress, EcrTokenRefresher, IPushSecret, PasswordSource, PushSecret, RegistryLogin } from '../../../lib';
import { errorsOf } from '../../support/errors';

let chart: Chart;
beforeEach(() => {
  chart = new Chart(new App(), 'chart', { namespace: 'hub' });
});

const image = 'registry.example.com/builder:1';
const existing = (name = 'push'): IPushSecret => PushSecret.fromSecretName(chart, name, name);

const PUSH_SECRETS: [string, () => IPushSecret][] = [
  ['one that exists', () => existing()],
  [
    'one that is made',
    () => {
      const password = PasswordSource.fromPlaintext('p');
      const logins = [RegistryLogin.of({ host: 'quay.io', username: 'u', password })];
      return new PushSecret(chart, 'made', { secretName: 'push', logins });
    },
  ],
  [
    'one of a refresher',
    () => {
      const registries = [EcrAddress.of({ account: '123456789012', region: 'eu-west-1' })];
      return new EcrTokenRefresher(chart, 'ecr', { secretName: 'push', registries });
    },
  ],
];

interface PodSpec {
  readonly containers: { readonly env?: object[]; readonly volumeMounts?: object[] }[];
  readonly volumes: object[];
}

function podSpec(): PodSpec {
  const objects = Testing.synth(chart) as { kind: string; spec: { template: { spec: PodSpec } } }[];
  return objects.find(({ kind }) => kind === 'Deployment')!.spec.template.spec;
}

test.each(PUSH_SECRETS)('%s is mounted', (_, make) => {
  const deployment = new kplus.Deployment(chart, 'builder', { containers: [{ image }] });
  make().mount(deployment.containers[0]);
  const { containers, volumes } = podSpec();
  expect(volumes).toEqual([
    { name: 'push', secret: { secretName: 'push', items: [{ key: '.dockerconfigjson', path: 'config.json' }] } },
  ]);
  expect(containers[0].volumeMounts).toEqual([{ name: 'push', mountPath: '/push-secret', readOnly: true }]);
  expect(containers[0].env).toEqual([
    { name: 'DOCKER_CONFIG', value: '/push-secret' },
    { name: 'REGISTRY_AUTH_FILE', value: '/push-secret/config.json' },
  ]);
});

test('two containers of one pod share the volume', () => {
  const containers = [
    { name: 'one', image },
    { name: 'two', image },
  ];
  const deployment = new kplus.Deployment(chart, 'builder', { containers });
  const pushSecret = existing();
  deployment.containers.forEach((container) => pushSecret.mount(container));
  expect(podSpec().volumes).toHaveLength(1);
});

test.each([
  ['team.push.secret', 'team-push-secret'],
  [`${'a'.repeat(62)}.b`, 'a'.repeat(62)],
])('the volume of the Secret %s is named %s', (secretName, name) => {
  const deployment = new kplus.Deployment(chart, 'builder', { containers: [{ image }] });
  existing(secretName).mount(deployment.containers[0]);
  expect(podSpec().volumes).toEqual([expect.objectContaining({ name })]);
});

test('a second push Secret, a variable that is already set, and a value that is not a container', () => {
  const deployment = new kplus.Deployment(chart, 'builder', {
    containers: [
      { name: 'one', image },
      { name: 'two', image, envVariables: { DOCKER_CONFIG: kplus.EnvValue.fromValue('/kaniko/.docker') } },
    ],
  });
  existing('first').mount(deployment.containers[0]);
  expect(errorsOf(() => existing('second').mount(deployment.containers[0]))).toEqual(['container conflict']);
  expect(errorsOf(() => existing('third').mount(deployment.containers[1]))).toEqual(['container conflict']);
  expect(errorsOf(() => existing('fourth').mount(deployment as never))).toEqual(['container wrong-type']);
});
