import {
  PARTITIONS,
  accountFaults,
  partitionOf,
  regionFaults,
} from '../../../../lib/token-refresher/aws/aws-partition';
import { EcrHostForm, ecrHostFaults, formatEcrHost, parseEcrHost } from '../../../../lib/token-refresher/aws/ecr-host';
import { creationTemplateCommand, ecrRepositoryFaults } from '../../../../lib/token-refresher/aws/ecr-repository';

const { PLAIN, FIPS, DUAL_STACK, FIPS_DUAL_STACK } = EcrHostForm;

describe.each([
  ['aws', 'eu-west-1', 'amazonaws.com', 'on.aws'],
  ['aws', 'mx-central-1', 'amazonaws.com', 'on.aws'],
  ['aws', 'ap-southeast-7', 'amazonaws.com', 'on.aws'],
  ['aws-cn', 'cn-northwest-1', 'amazonaws.com.cn', 'on.amazonwebservices.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com', 'on.aws'],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu', 'on.amazonwebservices.eu'],
  ['aws-iso', 'us-iso-east-1', 'c2s.ic.gov', 'on.aws.ic.gov'],
  ['aws-iso-b', 'us-isob-east-1', 'sc2s.sgov.gov', 'on.aws.scloud'],
  ['aws-iso-e', 'eu-isoe-west-1', 'cloud.adc-e.uk', 'on.cloud-aws.adc-e.uk'],
  ['aws-iso-f', 'us-isof-south-1', 'csp.hci.ic.gov', 'on.aws.hci.ic.gov'],
])('%s: %s', (partition, region, suffix, dualStackSuffix) => {
  test('is a region of that partition', () => {
    expect(regionFaults(region)).toEqual([]);
    expect(partitionOf(region).name).toBe(partition);
  });

  test.each([
    [PLAIN, `123456789012.dkr.ecr.${region}.${suffix}`],
    [FIPS, `123456789012.dkr.ecr-fips.${region}.${suffix}`],
    [DUAL_STACK, `123456789012.dkr-ecr.${region}.${dualStackSuffix}`],
    [FIPS_DUAL_STACK, `123456789012.dkr-ecr-fips.${region}.${dualStackSuffix}`],
  ])('%s host %s, there and back', (hostForm, host) => {
    const parts = { account: '123456789012', region, hostForm };
    expect(formatEcrHost(parts)).toBe(host);
    expect(parseEcrHost(host)).toEqual(parts);
    expect(ecrHostFaults(host)).toEqual([]);
  });
});

test('there is a test for each partition', () => {
  expect(PARTITIONS).toHaveLength(8);
});

test.each([
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  'x.123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.org',
  'public.ecr.aws',
  'api.ecr.eu-west-1.amazonaws.com',
  'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
])('%s is no host of ECR', (host) => {
  expect(parseEcrHost(host)).toBeUndefined();
});

test.each([
  ['8123456789012.dkr.ecr.eu-west-1.amazonaws.com', ['"8123456789012" is no AWS account id: 12 digits']],
  [
    '123456789012.dkr.ecr.cn-north-1.amazonaws.com',
    [expect.stringContaining('`123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn`')],
  ],
  [
    '123456789012.dkr-ecr.eu-west-1.amazonaws.com',
    [expect.stringContaining('`123456789012.dkr-ecr.eu-west-1.on.aws`')],
  ],
  ['123456789012.dkr.ecr.europe.amazonaws.com', [expect.stringContaining('"europe" is no region name')]],
  ['harbor.example.com', [expect.stringContaining('is no host of Amazon ECR')]],
])('%s is told what is wrong', (host, faults) => {
  expect(ecrHostFaults(host)).toEqual(faults);
});

test.each([['eu-west-1a'], ['EU-WEST-1'], ['europe'], [''], [undefined], ['eu-west-1 '], ['eu-west'], ['<region>']])(
  'region %j is refused',
  (region) => {
    expect(regionFaults(region)).toHaveLength(1);
  },
);

test.each([['12345678901'], ['1234567890123'], [123456789012], [undefined], ['1234-5678-9012'], ['12345678901a']])(
  'account %j is refused',
  (account) => {
    expect(accountFaults(account)).toHaveLength(1);
  },
);

test('an account that YAML read as a number is told to be quoted', () => {
  expect(accountFaults(12345678901)[0]).toContain('quote it');
});

test.each([
  ['ml/notebooks', false, true],
  ['a.b_c-d/e', false, true],
  ['ab', false, true],
  ['a', false, false],
  ['a', true, true],
  ['', true, true],
  ['a__b', false, false],
  ['a--b', false, false],
  ['A', false, false],
])('repository or prefix %j (prefix: %j) is right: %j', (name, isPrefix, right) => {
  expect(ecrRepositoryFaults(name, isPrefix)).toEqual(right ? [] : expect.arrayContaining([expect.any(String)]));
});

test('the command for repositories that ECR creates by itself', () => {
  expect(creationTemplateCommand('eu-west-1', 'ml')).toBe(
    'aws ecr create-repository-creation-template --region eu-west-1 --prefix ml --applied-for CREATE_ON_PUSH',
  );
  expect(creationTemplateCommand('eu-west-1', '')).toContain('--prefix ROOT ');
});
