import { PushTarget } from '../../../lib';
import { PolicyRegistry, iamPolicyJson } from '../../../lib/ecr/iam-policy';

const REPOSITORY = PushTarget.repository('ml/notebooks');
const PREFIX = PushTarget.prefix('ml');

interface Policy {
  Version: string;
  Statement: { Sid: string; Effect: string; Action: string[]; Resource: string[] }[];
}

function policy(...registries: Partial<PolicyRegistry>[]): Policy {
  const defaults = { account: '123456789012', region: 'eu-west-1', targets: [REPOSITORY], ensureRepositories: false };
  return JSON.parse(iamPolicyJson(registries.map((registry) => ({ ...defaults, ...registry })))) as Policy;
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
  ['everything, where nothing is named', [], ['*']],
])('%s', (_what, targets, names) => {
  const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/';
  expect(policy({ targets }).Statement[1].Resource).toEqual(names.map((name) => `${arn}${name}`));
});

test('covers all registries, in order and each once', () => {
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
  expect(policy({ targets: [PREFIX], ensureRepositories: true }).Statement).toHaveLength(2);
});

test('is readable, and ends with a newline', () => {
  const json = iamPolicyJson([
    { account: '123456789012', region: 'eu-west-1', targets: [], ensureRepositories: false },
  ]);
  expect(json).toMatch(/^\{\n {2}"Version"/);
  expect(json.endsWith('}\n')).toBe(true);
});
