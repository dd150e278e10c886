import { AwsIdentity, AwsIdentityKind, EcrAddress } from '../../../../lib';
import { validateIdentity } from '../../../../lib/token-refresher/aws/ecr-tokens';
import { errorsOf, inShort } from '../../../support/errors';

test.each([
  ['arn:aws:iam::123456789012:role/ecr-push', 'aws'],
  ['arn:aws-cn:iam::123456789012:role/service/path/ecr-push', 'aws-cn'],
  ['arn:aws-us-gov:iam::123456789012:role/a+b=c,d.e@f_g', 'aws-us-gov'],
  ['arn:aws-eusc:iam::123456789012:role/ecr-push', 'aws-eusc'],
  ['arn:aws-iso-f:iam::123456789012:role/ecr-push', 'aws-iso-f'],
])('%s is a role', (arn, partition) => {
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
])('%j is not a role', (arn) => {
  expect(errorsOf(() => AwsIdentity.irsa(arn as string))).toEqual(['roleArn malformed']);
});

test('the other identities have no role, account or partition', () => {
  expect(AwsIdentity.podIdentity()).toMatchObject({ kind: AwsIdentityKind.POD_IDENTITY, roleArn: undefined });
  expect(AwsIdentity.ambient()).toMatchObject({ kind: AwsIdentityKind.AMBIENT, account: undefined });
  expect(AwsIdentity.accessKeys('ecr-keys').accessKeySecretName).toBe('ecr-keys');
});

test('the name of the Secret with the access keys is checked', () => {
  expect(errorsOf(() => AwsIdentity.accessKeys('ECR_keys'))).toEqual(['secretName malformed']);
});

test('a role of another partition is an error, one of another account is not', () => {
  const role = AwsIdentity.irsa('arn:aws:iam::210987654321:role/ecr-push');
  const [here, china] = ['eu-west-1', 'cn-north-1'].map((region) => EcrAddress.of({ account: '123456789012', region }));
  expect(validateIdentity(role, [here])).toEqual([]);
  expect(inShort(validateIdentity(role, [china]))).toEqual(['conflict']);
  expect(inShort(validateIdentity(role, [here, china]))).toEqual(['conflict']);
  expect(validateIdentity(AwsIdentity.podIdentity(), [china])).toEqual([]);
});
