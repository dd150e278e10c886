import { App, Chart, Testing } from 'cdk8s';
import { AwsIdentity, EcrHostForm, EcrRegistry, EcrTokenRefresher, PushSecret, PushTarget } from '../../../lib';
import { EcrRegistryProps } from '../../../lib/registries/ecr';
import { kindOf } from '../../../lib/registries/kinds';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const target = PushTarget.repository('ml/notebooks');
const props = { account: '123456789012', region: 'eu-west-1', target };

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
  expect(kindOf(host).title).toBe('Amazon ECR');
});

test.each(['public.ecr.aws', 'ecr.eu-west-1.amazonaws.com', 'harbor.example.com', `${HOST}.example.com`])(
  '%s is not Amazon ECR',
  (host) => {
    expect(kindOf(host).title).not.toBe('Amazon ECR');
  },
);

test('makes a refresher and settings of its own', () => {
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

test('hands everything on to the refresher', () => {
  const { tokenRefresher } = registry({
    name: 'team-a',
    namespaces: ['a', 'b'],
    secretName: 'aws-registry',
    hostForm: EcrHostForm.DUAL_STACK,
    schedule: '5 */3 * * *',
    identity: AwsIdentity.podIdentity(),
    ensureRepository: true,
    moreRegistries: [{ account: '210987654321', region: 'eu-central-1', targets: undefined }],
  });
  expect(tokenRefresher).toMatchObject({
    secretName: 'aws-registry',
    namespaces: ['a', 'b'],
    schedule: '5 */3 * * *',
    hosts: ['123456789012.dkr-ecr.eu-west-1.on.aws', '210987654321.dkr.ecr.eu-central-1.amazonaws.com'],
  });
  expect(tokenRefresher!.cronJob.name).toBe('team-a-ecr-token');
  // The target is the registry's own: from another one without `targets` images are only pulled.
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
  const pushSecret = new EcrTokenRefresher(chart, 'tokens', {
    registries: [props, { account: '123456789012', region: 'us-east-1' }],
  });
  const first = new EcrRegistry(chart, 'first', { ...props, pushSecret });
  const second = new EcrRegistry(chart, 'second', { ...props, region: 'us-east-1', pushSecret });
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

test('is made from a host, in its form', () => {
  const kind = kindOf('123456789012.dkr-ecr-fips.us-east-1.on.aws');
  const ecr = kind.create(newChart(), 'ecr', '123456789012.dkr-ecr-fips.us-east-1.on.aws', { target });
  expect(ecr.host).toBe('123456789012.dkr-ecr-fips.us-east-1.on.aws');
  expect(() => kind.create(newChart(), 'ecr', '1.dkr.ecr.us-east-1.amazonaws.com', { target })).toThrow('12 digits');
});

test.each([
  ['My Account', 'eu-west-1', 'account: "My Account" is no AWS account id: 12 digits'],
  ['123456789012', 'eu west', 'region: "eu west" is no region name: like `eu-west-1`'],
])('a slip in account or region (%s, %s) is named by its prop, not as a host', (account, region, fault) => {
  const pushSecret = new EcrTokenRefresher(newChart(), 'tokens', { registries: [props] });
  for (const given of [{}, { pushSecret }]) {
    expect(() => registry({ account, region, ...given })).toThrow(
      new Error(`Invalid EcrRegistry at 'chart/ecr':\n  - ${fault}`),
    );
  }
});

test('tells all faults at once', () => {
  const faulty = {
    account: '12345',
    region: 'eu-west-1a',
    target: PushTarget.repository('ml__x'),
    schedule: '* */8 * * *',
    identity: 'arn:aws:iam::123456789012:role/x',
    moreRegistries: [
      { account: '123456789012', region: 'cn-north-1' },
      { account: '123456789012', region: 'us-east-1' },
    ],
  } as unknown as EcrRegistryProps;
  expect(() => registry(faulty)).toThrowErrorMatchingInlineSnapshot(`
   "Invalid EcrRegistry at 'chart/ecr':
     - target: "ml__x" is no ECR repository name: lower-case letters and digits, separated by single ".", "_", "-" or "/"
     - account: "12345" is no AWS account id: 12 digits
     - region: "eu-west-1a" is no region name: like \`eu-west-1\`; the region of that availability zone is \`eu-west-1\`
     - moreRegistries: cn-north-1, us-east-1 are in the partitions aws-cn and aws: no identity spans them, so each needs a refresher of its own
     - schedule: "* */8 * * *" does not name its minutes, and so asks AWS again and again: \`17 */4 * * *\` would be right
     - identity: an AwsIdentity is wanted: AwsIdentity.irsa(roleArn), ..."
  `);
});

test('what belongs to the refresher has no place beside a given push Secret', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'secret', 'aws-registry');
  expect(() => new EcrRegistry(chart, 'ecr', { ...props, pushSecret, schedule: '1 */4 * * *' })).toThrow(
    'schedule: without effect beside `pushSecret`',
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
])('a refresher that is given and whose registry names %s', (_what, targets, wanted, covers) => {
  const chart = newChart();
  const { account, region } = props;
  const pushSecret = new EcrTokenRefresher(chart, 'tokens', { registries: [{ account, region, targets }] });
  const build = (): EcrRegistry => new EcrRegistry(chart, 'ecr', { account, region, target: wanted, pushSecret });
  if (covers) expect(build).not.toThrow();
  else {
    expect(build).toThrow(
      `pushSecret: the policy of 'chart/tokens' does not let push to ${wanted.path}: take an EcrTokenRefresher that has`,
    );
  }
});

test('creating repositories below a prefix is without effect, and said to be', () => {
  expect(() => registry({ target: PushTarget.prefix('ml'), ensureRepository: true })).toThrow(
    'ensureRepository: without effect: below a prefix the repositories are not known beforehand',
  );
});
