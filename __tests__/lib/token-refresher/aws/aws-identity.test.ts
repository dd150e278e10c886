import { AwsIdentity, AwsIdentityKind } from '../../../../lib';
import { roleArnFaults } from '../../../../lib/token-refresher/aws/aws-identity';
import { identityFaults } from '../../../../lib/token-refresher/checks';

test.each([
  ['arn:aws:iam::123456789012:role/ecr-push', 'aws'],
  ['arn:aws-cn:iam::123456789012:role/service/path/ecr-push', 'aws-cn'],
  ['arn:aws-us-gov:iam::123456789012:role/a+b=c,d.e@f_g', 'aws-us-gov'],
  ['arn:aws-eusc:iam::123456789012:role/ecr-push', 'aws-eusc'],
  ['arn:aws-iso-f:iam::123456789012:role/ecr-push', 'aws-iso-f'],
])('%s is a role', (arn, partition) => {
  expect(roleArnFaults(arn)).toEqual([]);
  expect(AwsIdentity.irsa(arn)).toMatchObject({ roleArn: arn, account: '123456789012', partition });
});

test.each([
  ['ecr-push'],
  ['arn:aws:iam::123456789012:user/ecr-push'],
  ['arn:aws:iam::12345678901:role/ecr-push'],
  ['arn:aws:iam:eu-west-1:123456789012:role/ecr-push'],
  ['arn:aws:sts::123456789012:assumed-role/ecr-push/session'],
  ['arn:amazon:iam::123456789012:role/ecr-push'],
  ['arn:aws:iam::123456789012:role/'],
  ['arn:aws:iam::123456789012:role/ecr-push\n'],
  [`arn:aws:iam::123456789012:role/${'x'.repeat(65)}`],
  [undefined],
  [{}],
])('%j is no role', (arn) => {
  expect(() => AwsIdentity.irsa(arn as string)).toThrow('is no ARN of an IAM role: like `arn:aws:iam::');
});

test('the other identities have no role, account or partition', () => {
  expect(AwsIdentity.podIdentity()).toMatchObject({ kind: AwsIdentityKind.POD_IDENTITY, roleArn: undefined });
  expect(AwsIdentity.ambient()).toMatchObject({ kind: AwsIdentityKind.AMBIENT, account: undefined });
  expect(AwsIdentity.accessKeys('ecr-keys').accessKeySecretName).toBe('ecr-keys');
});

test('the name of the Secret with the access keys is checked', () => {
  expect(() => AwsIdentity.accessKeys('ECR_keys')).toThrow('secretName: "ECR_keys" is no Secret name');
});

test('a role of another partition is a fault, one of another account is not', () => {
  const role = AwsIdentity.irsa('arn:aws:iam::210987654321:role/ecr-push');
  expect(identityFaults(role, ['eu-west-1'])).toEqual([]);
  expect(identityFaults(role, ['cn-north-1'])).toEqual([
    'arn:aws:iam::210987654321:role/ecr-push is of the partition aws, but cn-north-1 is in aws-cn',
  ]);
  expect(identityFaults(AwsIdentity.podIdentity(), ['cn-north-1'])).toEqual([]);
});
