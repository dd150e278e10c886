import { EcrAddress, EcrAddressProps, PushTarget } from '../../../../lib';
import { iamPolicyJson } from '../../../../lib/token-refresher/aws/iam-policy';

const REPOSITORY = PushTarget.repository('ml/notebooks');
const PREFIX = PushTarget.prefix('ml');

interface Policy {
  Version: string;
  Statement: { Sid: string; Effect: string; Action: string[]; Resource: string[] }[];
}

const DEFAULTS = { account: '123456789012', region: 'eu-west-1', targets: [REPOSITORY] };

function policy(...registries: Partial<EcrAddressProps>[]): Policy {
  return JSON.parse(iamPolicyJson(registries.map((one) => EcrAddress.of({ ...DEFAULTS, ...one })))) as Policy;
}

test('asks for a token anywhere, pushes to and pulls from the one repository', () => {
  expect(policy({})).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Token', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      {
        Sid: 'PushAndPull',
        Effect: 'Allow',
        Action: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:CompleteLayerUpload',
          'ecr:GetDownloadUrlForLayer',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
        ],
        Resource: ['arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks'],
      },
    ],
  });
});

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
])('%s is in the partition %s', (region, partition) => {
  expect(policy({ region }).Statement[1].Resource).toEqual([
    `arn:${partition}:ecr:${region}:123456789012:repository/ml/notebooks`,
  ]);
});

test.each([
  ['a prefix', [PREFIX], ['ml/*']],
  ['a prefix and a repository', [REPOSITORY, PREFIX], ['ml/*', 'ml/notebooks']],
  ['everything, as a prefix', [PushTarget.prefix('')], ['*']],
  ['everything, where nothing is named', undefined, ['*']],
])('%s', (_what, targets, names) => {
  const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/';
  expect(policy({ targets }).Statement[1].Resource).toEqual(names.map((name) => `${arn}${name}`));
});

test('covers each registry once, in order', () => {
  const { Statement } = policy({ region: 'us-east-1' }, {}, { account: '000000000001' }, {});
  expect(Statement[1].Resource).toEqual([
    'arn:aws:ecr:eu-west-1:000000000001:repository/ml/notebooks',
    'arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks',
    'arn:aws:ecr:us-east-1:123456789012:repository/ml/notebooks',
  ]);
});

test('creates the repositories that are to be created, and no prefixes', () => {
  const { Statement } = policy({ targets: [REPOSITORY, PREFIX], ensureRepositories: true }, { region: 'us-east-1' });
  expect(Statement[2]).toEqual({
    Sid: 'CreateRepository',
    Effect: 'Allow',
    Action: ['ecr:CreateRepository'],
    Resource: ['arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks'],
  });
});

test('allows to pull all images from a registry that nothing is pushed to', () => {
  const { Statement } = policy({}, { account: '000000000001', targets: [] });
  expect(Statement[1].Resource).toEqual(['arn:aws:ecr:eu-west-1:123456789012:repository/ml/notebooks']);
  expect(Statement[2]).toEqual({
    Sid: 'Pull',
    Effect: 'Allow',
    Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Resource: ['arn:aws:ecr:eu-west-1:000000000001:repository/*'],
  });
  expect(policy({ targets: [] }).Statement.map(({ Sid }) => Sid)).toEqual(['Token', 'Pull']);
});

test('has line breaks, and ends with a newline', () => {
  const json = iamPolicyJson([EcrAddress.of(DEFAULTS)]);
  expect(json).toMatch(/^\{\n {2}"Version"/);
  expect(json.endsWith('}\n')).toBe(true);
});
