import { EcrHostForm, formatEcrHost } from '../../lib/token-refresher/aws/ecr-address';
import { synthesize } from './support/ecr';
import { run } from './support/process';
import { requireTools, tool } from './support/tools';

// Checks the policies that the app writes with a linter that knows each IAM action and its resources.

jest.setTimeout(60_000);

interface Finding {
  readonly issue: string;
  readonly detail: unknown;
}

beforeAll(() => requireTools('parliament'));

async function lint(policy: string): Promise<Finding[]> {
  const { code, stdout, stderr } = await run(tool('parliament'), ['--json'], { input: policy });
  const findings = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
  // the exit status is 1 if it found something, and 2 if it could not check
  if (code !== (findings.length > 0 ? 1 : 0)) throw new Error(`parliament ended with ${String(code)}: ${stderr}`);
  return findings;
}

const policies = new Map<string, Promise<string>>();

/** The policy with all options that add to it. */
function policyOf(region: string, target = 'pushRepo', repository = 'ml/notebooks'): Promise<string> {
  const key = `${region} ${target}`;
  const made = policies.get(key) ?? makePolicy(region, target, repository);
  policies.set(key, made);
  return made;
}

async function makePolicy(region: string, target: string, repository: string): Promise<string> {
  const host = formatEcrHost({ account: '123456789012', region, hostForm: EcrHostForm.PLAIN });
  const { iamPolicy } = await synthesize(`
aws:
  account: "123456789012"
  region: ${region}
  ensureRepository: true
  registries: [{ account: "210987654321", region: ${region} }]
customImage:
  registryEndpoint: https://${host}
  ${target}: ${host}/${repository}
`);
  return iamPolicy;
}

test.each([
  ['aws', 'eu-west-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])('in the partition %s parliament finds nothing', async (partition, region) => {
  const policy = await policyOf(region);

  expect(policy).toContain(`"arn:${partition}:ecr:${region}:123456789012:repository/ml/notebooks"`);
  expect(await lint(policy)).toEqual([]);
});

// parliament does not know these partitions or their regions. It must find nothing else.
test.each([
  ['aws-eusc', 'eusc-de-east-1'],
  ['aws-iso', 'us-iso-east-1'],
  ['aws-iso-b', 'us-isob-east-1'],
  ['aws-iso-e', 'eu-isoe-west-1'],
  ['aws-iso-f', 'us-isof-south-1'],
])('in the partition %s parliament finds only that the partition is unknown', async (partition, region) => {
  const policy = await policyOf(region);

  expect(policy).toContain(`"arn:${partition}:ecr:${region}:123456789012:repository/ml/notebooks"`);
  for (const finding of await lint(policy)) {
    const detail = expect.stringMatching(/^Unexpected partition$|^Region expected to be of form/) as string;
    expect(finding).toMatchObject({ issue: 'INVALID_ARN', detail });
  }
  const known = policy.replaceAll(`"arn:${partition}:ecr:${region}:`, '"arn:aws:ecr:eu-west-1:');
  expect(await lint(known)).toEqual([]);
  expect(known).toBe(await policyOf('eu-west-1'));
});

test('a repository for each image', async () => {
  const policy = await policyOf('eu-west-1', 'pushRepoPrefix', 'ml');

  expect(policy).toContain('"arn:aws:ecr:eu-west-1:123456789012:repository/ml/*"');
  expect(await lint(policy)).toEqual([]);
});

test.each([
  ['an unknown action', 'ecr:PutImage', 'ecr:PutImages', 'UNKNOWN_ACTION'],
  ['a resource that is not a repository', ':repository/', ':registry/', 'RESOURCE_MISMATCH'],
  ['a token for one repository', '"*"', '"arn:aws:ecr:eu-west-1:123456789012:repository/ml"', 'RESOURCE_MISMATCH'],
])('parliament finds %s', async (_what, right, wrong, issue) => {
  const policy = await policyOf('eu-west-1');

  expect(await lint(policy.replaceAll(right, wrong))).toContainEqual(expect.objectContaining({ issue }));
});
