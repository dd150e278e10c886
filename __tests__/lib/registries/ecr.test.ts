import { App, Chart, Testing } from 'cdk8s';
import {
  AwsIdentity,
  EcrAddress,
  EcrHostForm,
  EcrRegistry,
  EcrRegistryProps,
  EcrTokenRefresher,
  PushSecret,
  PushTarget,
  Schedule,
} from '../../../lib';
import { registryOf } from '../../../lib/registries/kinds';
import { errorsOf, inShort, invalidValue } from '../../support/errors';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const target = PushTarget.repository('ml/notebooks');
const account = '123456789012';
const address = EcrAddress.of({ account, region: 'eu-west-1' });
const props = { address, target };

function newChart(): Chart {
  return new Chart(new App(), 'chart', { namespace: 'hub' });
}

function registry(overrides: Partial<EcrRegistryProps> = {}): EcrRegistry {
  return new EcrRegistry(newChart(), 'ecr', { ...props, ...overrides });
}

test.each([
  HOST,
  '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
  '123456789012.dkr-ecr.eu-west-1.on.aws',
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
  '8123456789012.dkr.ecr.eu-west-1.amazonaws.com',
])('%s is Amazon ECR', (host) => {
  expect(registryOf(host).kind.title).toBe('Amazon ECR');
});

test.each(['public.ecr.aws', 'ecr.eu-west-1.amazonaws.com', 'harbor.example.com', `${HOST}.example.com`])(
  '%s is not Amazon ECR',
  (host) => {
    expect(registryOf(host).kind.title).not.toBe('Amazon ECR');
  },
);

test('makes its own refresher and settings', () => {
  const ecr = registry();
  expect(ecr.tokenRefresher).toBe(ecr.pushSecret);
  expect(ecr.pushSecretName).toBe('ecr-push-secret');
  expect(ecr.tokenRefresher!.hosts).toEqual([HOST]);
  expect(ecr.settings.toJson()).toMatchObject({
    registryEndpoint: `https://${HOST}`,
    pushRepo: `${HOST}/ml/notebooks`,
    pushSecretName: 'ecr-push-secret',
  });
});

test('passes everything on to the refresher', () => {
  const { tokenRefresher } = registry({
    name: 'team-a',
    namespaces: ['a', 'b'],
    secretName: 'aws-registry',
    address: EcrAddress.of({ account, region: 'eu-west-1', hostForm: EcrHostForm.DUAL_STACK }),
    schedule: Schedule.cron('5 */3 * * *'),
    identity: AwsIdentity.podIdentity(),
    ensureRepository: true,
    moreRegistries: [EcrAddress.of({ account: '210987654321', region: 'eu-central-1', targets: undefined })],
  });
  expect(tokenRefresher).toMatchObject({
    secretName: 'aws-registry',
    namespaces: ['a', 'b'],
    schedule: { expression: '5 */3 * * *' },
    hosts: ['123456789012.dkr-ecr.eu-west-1.on.aws', '210987654321.dkr.ecr.eu-central-1.amazonaws.com'],
  });
  expect(tokenRefresher!.cronJob.name).toBe('team-a-token');
  // The target belongs to the registry itself. From other registries without `targets`, images are only pulled.
  const policy = JSON.parse(tokenRefresher!.iamPolicyJson) as { Statement: { Sid: string; Resource: string[] }[] };
  expect(policy.Statement.map(({ Sid, Resource }) => [Sid, ...Resource])).toEqual([
    ['Token', '*'],
    ['PushAndPull', 'arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks'],
    ['Pull', 'arn:aws:ecr:eu-central-1:210987654321:repository/*'],
    ['CreateRepository', 'arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks'],
  ]);
});

test('shares a refresher with another registry', () => {
  const chart = newChart();
  const other = EcrAddress.of({ account, region: 'us-east-1' });
  const pushSecret = new EcrTokenRefresher(chart, 'tokens', { registries: [address, other] });
  const first = new EcrRegistry(chart, 'first', { ...props, pushSecret });
  const second = new EcrRegistry(chart, 'second', { address: other, target, pushSecret });
  expect([first.pushSecretName, second.pushSecretName]).toEqual(['tokens-push-secret', 'tokens-push-secret']);
  expect(first.tokenRefresher).toBeUndefined();
  expect((Testing.synth(chart) as { kind: string }[]).filter(({ kind }) => kind === 'CronJob')).toHaveLength(1);
});

test('refers to a Secret that exists, and makes nothing', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'secret', 'aws-registry');
  expect(new EcrRegistry(chart, 'ecr', { ...props, pushSecret }).pushSecretName).toBe('aws-registry');
  expect(Testing.synth(chart)).toEqual([]);
});

test('can be made from a host, and keeps the form of the host', () => {
  const kind = registryOf('123456789012.dkr-ecr-fips.us-east-1.on.aws').kind;
  const ecr = kind.create(newChart(), 'ecr', '123456789012.dkr-ecr-fips.us-east-1.on.aws', { target });
  expect(ecr.host).toBe('123456789012.dkr-ecr-fips.us-east-1.on.aws');
  expect(errorsOf(() => kind.create(newChart(), 'ecr', '1.dkr.ecr.us-east-1.amazonaws.com', { target }))).toEqual([
    'host malformed',
  ]);
});

test('errors of an address name its prop, with and without a push Secret', () => {
  const pushSecret = new EcrTokenRefresher(newChart(), 'tokens', { registries: [address] });
  const wrong = { account, region: 'eu-west-1' } as unknown as EcrAddress;
  for (const given of [{}, { pushSecret }]) {
    expect(errorsOf(() => registry({ address: wrong, ...given }))).toEqual(['address wrong-type']);
  }
});

test('reports all errors at once', () => {
  const faulty = {
    target: PushTarget.repository('ml__x'),
    schedule: Schedule.cron('* */8 * * *'),
    identity: 'arn:aws:iam::123456789012:role/x',
    moreRegistries: [EcrAddress.of({ account, region: 'cn-north-1' }), EcrAddress.of({ account, region: 'us-east-1' })],
  } as unknown as EcrRegistryProps;
  const { errors } = invalidValue(() => registry(faulty));
  expect(inShort(errors)).toEqual([
    'target malformed',
    'moreRegistries conflict',
    'identity wrong-type',
    'schedule malformed',
  ]);
  expect(errors[1].message).toMatch(/^eu-west-1, cn-north-1, us-east-1 are in the partitions aws and aws-cn, /);
});

test('reports each error of its refresher once, with the prop of the registry', () => {
  expect(errorsOf(() => registry({ name: 'Ecr', namespaces: ['Hub'] }))).toEqual([
    'name malformed',
    'namespaces malformed',
  ]);
  expect(errorsOf(() => registry({ secretName: 'A' }))).toEqual(['secretName malformed']);
  expect(errorsOf(() => registry({ moreRegistries: [address] }))).toEqual(['moreRegistries duplicate']);
  expect(errorsOf(() => registry({ images: { kubectl: '' }, pod: { caConfigMap: 'A' } }))).toEqual([
    'images.kubectl malformed',
    'pod.caConfigMap malformed',
  ]);
});

test('options of the refresher are an error beside a given push Secret', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'secret', 'aws-registry');
  const own = {
    secretName: 'x',
    identity: AwsIdentity.ambient(),
    schedule: Schedule.cron('1 */4 * * *'),
    images: {},
    pod: {},
    alert: {},
    ensureRepository: false,
    moreRegistries: [],
  };
  expect(errorsOf(() => new EcrRegistry(chart, 'ecr', { ...props, pushSecret, ...own }))).toEqual(
    Object.keys(own).map((prop) => `${prop} no-effect`),
  );
});

test.each([
  ['nothing', undefined, target, true],
  ['the repository', [target], target, true],
  ['another repository', [PushTarget.repository('other')], target, false],
  ['a prefix of it', [PushTarget.prefix('ml')], target, true],
  ['everything', [PushTarget.prefix('')], target, true],
  ['what only begins like it', [PushTarget.prefix('m')], target, false],
  ['a repository for a prefix', [PushTarget.repository('ml')], PushTarget.prefix('ml'), false],
  ['the prefix', [PushTarget.prefix('ml')], PushTarget.prefix('ml'), true],
  ['pulling alone', [], target, false],
])('a given refresher whose registry has %s', (_what, targets, wanted, covers) => {
  const chart = newChart();
  const registries = [EcrAddress.of({ account, region: 'eu-west-1', targets })];
  const pushSecret = new EcrTokenRefresher(chart, 'tokens', { registries });
  const build = (): EcrRegistry => new EcrRegistry(chart, 'ecr', { address, target: wanted, pushSecret });
  if (covers) expect(build).not.toThrow();
  else expect(errorsOf(build)).toEqual(['pushSecret mismatch']);
});

test('creating repositories below a prefix is reported as having no effect', () => {
  expect(errorsOf(() => registry({ target: PushTarget.prefix('ml'), ensureRepository: true }))).toEqual([
    'ensureRepository no-effect',
  ]);
});
