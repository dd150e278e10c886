import { EcrAddress, EcrHostForm, PushTarget } from '../../../../lib';
import {
  PARTITIONS,
  partitionOf,
  validateAccount,
  validateRegion,
} from '../../../../lib/token-refresher/aws/aws-partition';
import { formatEcrHost, parseEcrHost } from '../../../../lib/token-refresher/aws/ecr-address';
import { creationTemplateCommand, validateEcrRepository } from '../../../../lib/token-refresher/aws/ecr-repository';
import { errorsOf, inShort, invalidValue } from '../../../support/errors';

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
    expect(validateRegion(region)).toEqual([]);
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
    expect(EcrAddress.of(parts)).toMatchObject({ ...parts, host });
    expect(EcrAddress.fromHost(host)).toMatchObject({ ...parts, host, targets: undefined, createdRepositories: [] });
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
])('%s is not a host of ECR', (host) => {
  expect(parseEcrHost(host)).toBeUndefined();
});

test.each([
  ['8123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'malformed', '"8123456789012" is not an AWS account id'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com', 'mismatch', '`123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn`'],
  ['123456789012.dkr-ecr.eu-west-1.amazonaws.com', 'mismatch', '`123456789012.dkr-ecr.eu-west-1.on.aws`'],
  ['123456789012.dkr.ecr.europe.amazonaws.com', 'malformed', '"europe" is not a region name'],
  ['harbor.example.com', 'malformed', '"harbor.example.com" is not a host of Amazon ECR'],
])('%s is told what is wrong', (host, code, message) => {
  const { errors } = invalidValue(() => EcrAddress.fromHost(host));
  expect(errors).toEqual([{ path: ['host'], code, message: expect.stringContaining(message) as string }]);
});

test('a host in capitals means the same registry', () => {
  expect(EcrAddress.fromHost('123456789012.DKR.ECR.EU-WEST-1.AMAZONAWS.COM').host).toBe(
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  );
});

describe('an address', () => {
  const place = { account: '123456789012', region: 'eu-west-1' };
  const [notebooks, ml] = [PushTarget.repository('ml/notebooks'), PushTarget.prefix('ml')];

  test('has by default the plain host and all targets, and creates nothing', () => {
    expect(EcrAddress.of(place)).toEqual({
      ...place,
      host: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      hostForm: PLAIN,
      targets: undefined,
      createdRepositories: [],
    });
  });

  test('creates the repositories among its targets, and no prefixes', () => {
    const address = EcrAddress.of({ ...place, targets: [notebooks, ml], ensureRepositories: true });
    expect(address).toMatchObject({ targets: [notebooks, ml], createdRepositories: ['ml/notebooks'] });
  });

  test.each<[object, string[]]>([
    [{ account: 1 }, ['account malformed']],
    [{ region: 'x' }, ['region malformed']],
    [{ hostForm: 'ipv6' }, ['hostForm not-allowed']],
    [{ targets: ['x'] }, ['targets wrong-type']],
    [{ targets: 'x' }, ['targets wrong-type']],
    [{ targets: [notebooks, PushTarget.repository('a__b')] }, ['targets[1] malformed']],
    [{ ensureRepositories: 'yes' }, ['ensureRepositories wrong-type']],
    [{ ensureRepositories: true }, ['ensureRepositories no-effect']],
    [{ ensureRepositories: true, targets: [ml] }, ['ensureRepositories no-effect']],
    [{ account: 'My Account', region: 'eu-west-1a' }, ['account malformed', 'region malformed']],
  ])('with %j is an error', (change, errors) => {
    expect(errorsOf(() => EcrAddress.of({ ...place, ...change }))).toEqual(errors);
  });
});

test.each([['eu-west-1a'], ['EU-WEST-1'], ['europe'], [''], [undefined], ['eu-west-1 '], ['eu-west'], ['<region>']])(
  'region %j is refused',
  (region) => {
    expect(inShort(validateRegion(region))).toEqual(['malformed']);
  },
);

test.each([['12345678901'], ['1234567890123'], [123456789012], [undefined], ['1234-5678-9012'], ['12345678901a']])(
  'account %j is refused',
  (account) => {
    expect(inShort(validateAccount(account))).toEqual(['malformed']);
  },
);

test('the error for an account that YAML read as a number says to quote it', () => {
  expect(validateAccount(12345678901)[0].message).toContain('put it in quotes');
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
  expect(inShort(validateEcrRepository(name, isPrefix))).toEqual(
    right ? [] : (expect.arrayContaining(['malformed']) as string[]),
  );
});

test('the command for repositories that ECR creates by itself', () => {
  expect(creationTemplateCommand('eu-west-1', 'ml')).toBe(
    'aws ecr create-repository-creation-template --region eu-west-1 --prefix ml --applied-for CREATE_ON_PUSH',
  );
  expect(creationTemplateCommand('eu-west-1', '')).toContain('--prefix ROOT ');
});
