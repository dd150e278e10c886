import { App, Chart } from 'cdk8s';
import { AwsIdentity, EcrAddress, EcrTokenRefresher, EcrTokenRefresherProps } from '../../../../lib';
import { errorsOf } from '../../../support/errors';

const account = '123456789012';
const at = (region: string): EcrAddress => EcrAddress.of({ account, region });
const HERE = at('eu-west-1');

/** The errors of a refresher with any values, as plain JavaScript allows. */
function errorsWith(overrides: object): string[] {
  const props = { registries: [HERE], ...overrides } as EcrTokenRefresherProps;
  return errorsOf(() => new EcrTokenRefresher(new Chart(new App(), 'chart', { namespace: 'hub' }), 'ecr', props));
}

test.each<[string, unknown, string[]]>([
  ['none', [], ['registries missing']],
  ['nothing', undefined, ['registries missing']],
  ['one outside of a list', HERE, ['registries missing']],
  ['null', [null], ['registries[0] wrong-type']],
  ['props of an address', [HERE, { account, region: 'us-east-1' }], ['registries[1] wrong-type']],
  ['a host', ['123456789012.dkr.ecr.eu-west-1.amazonaws.com'], ['registries[0] wrong-type']],
  ['one twice', [HERE, HERE], ['registries duplicate']],
  ['those of China too', [HERE, at('cn-north-1')], ['registries conflict']],
  ['those of the government too', [HERE, at('us-gov-west-1')], ['registries conflict']],
])('registries that are %s', (_what, registries, errors) => {
  expect(errorsWith({ registries })).toEqual(errors);
});

test("two forms of one registry's host are two hosts", () => {
  const dualStack = EcrAddress.fromHost('123456789012.dkr-ecr.eu-west-1.on.aws');
  const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
  const { hosts } = new EcrTokenRefresher(chart, 'ecr', { registries: [HERE, dualStack] });
  expect(hosts).toEqual([HERE.host, dualStack.host]);
});

test.each<[string, object, string[]]>([
  ['a text', { identity: 'arn:aws:iam::123456789012:role/x' }, ['identity wrong-type']],
  [
    'of another partition',
    { identity: AwsIdentity.irsa('arn:aws-cn:iam::123456789012:role/x') },
    ['identity conflict'],
  ],
  [
    'in the Secret that is written',
    { identity: AwsIdentity.accessKeys('keys'), secretName: 'keys' },
    ['identity conflict'],
  ],
  [
    'in the Secret that is written, which nobody named',
    { identity: AwsIdentity.accessKeys('ecr-push-secret') },
    ['identity conflict'],
  ],
])('an identity that is %s', (_what, props, errors) => {
  expect(errorsWith(props)).toEqual(errors);
});
