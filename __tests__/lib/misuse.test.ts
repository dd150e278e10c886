import { App, Chart } from 'cdk8s';
import * as library from '../../lib';
import { inShort, invalidValue } from '../support/errors';

/** The library as plain JavaScript sees it, which accepts what TypeScript refuses. */
const js = library as unknown as Record<string, AnyClass>;
type AnyClass = (new (...args: unknown[]) => object) & Record<string, (...args: unknown[]) => unknown>;

const chart = (): Chart => new Chart(new App(), 'chart', { namespace: 'hub' });
const target = library.PushTarget.repository('team/notebooks');
const PASSWORD = 'never-in-a-message';

/** What is wrong with the props of a construct. */
function errorsOf(className: string, props?: unknown): string[] {
  return errorsOfMisuse(() => new js[className](chart(), 'it', props), `${className} at 'chart/it'`);
}

function errorsOfMisuse(misuse: () => unknown, subject: string): string[] {
  const error = invalidValue(misuse);
  expect(error.constructor.name).toBe('InvalidValueError');
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('Error');
  expect(error.message.split('\n')[0]).toBe(`Invalid ${subject}:`);
  expect(error.message + JSON.stringify(error.errors)).not.toContain(PASSWORD);
  return inShort(error.errors);
}

test.each([
  ['DockerHubRegistry', ['target wrong-type', 'pushSecret missing']],
  ['ContainerRegistry', ['host malformed', 'target wrong-type', 'pushSecret missing']],
  ['GoogleRegistry', ['host malformed', 'target wrong-type', 'pushSecret missing']],
  ['GcrRegistry', ['target wrong-type', 'pushSecret missing']],
  ['EcrRegistry', ['target wrong-type', 'address wrong-type']],
  ['EcrTokenRefresher', ['registries missing']],
  ['PushSecret', ['secretName malformed', 'logins missing']],
  ['CustomImageConfigMap', ['settings wrong-type', 'configMapName malformed']],
])('%s without props names everything that is missing', (className, expected) => {
  for (const props of [undefined, null, {}, 'text']) expect(errorsOf(className, props)).toEqual(expected);
});

test('a registry with every prop wrong names all of them', () => {
  const props = {
    host: 5,
    target: 'team/notebooks',
    username: 1,
    password: PASSWORD,
    name: 7,
    namespaces: 'hub',
    insecureSkipVerify: 'yes',
    buildJob: 'big',
  };
  expect(errorsOf('ContainerRegistry', props)).toEqual([
    'name malformed',
    'host malformed',
    'target wrong-type',
    'username missing',
    'password wrong-type',
    'namespaces wrong-type',
    'insecureSkipVerify wrong-type',
    'buildJob wrong-type',
  ]);
});

test.each([
  ['a text', 'my-secret'],
  ['an object that is not valid', { secretName: 'my-secret' }],
])('a push Secret that is %s', (_, pushSecret) => {
  expect(errorsOf('DockerHubRegistry', { target, pushSecret })).toEqual(['pushSecret wrong-type']);
});

test('a push Secret beside a login, and half a login', () => {
  const pushSecret = library.PushSecret.fromSecretName(chart(), 'existing', 'my-secret');
  const password = library.PasswordSource.fromPlaintext(PASSWORD);
  expect(errorsOf('DockerHubRegistry', { target, pushSecret, username: 'ci', password })).toEqual([
    'pushSecret conflict',
  ]);
  expect(errorsOf('DockerHubRegistry', { target, password })).toEqual(['username missing']);
});

test('an ECR registry with a host for an address, a role in place of an identity, and more', () => {
  const props = {
    address: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    target,
    ensureRepository: 'yes',
    moreRegistries: 4,
  };
  expect(errorsOf('EcrRegistry', props)).toEqual([
    'address wrong-type',
    'ensureRepository wrong-type',
    'moreRegistries wrong-type',
  ]);
  const address = library.EcrAddress.of({ account: '123456789012', region: 'eu-west-1' });
  const more = {
    address,
    target,
    schedule: '17 */4 * * *',
    identity: 'arn:aws:iam::123456789012:role/ecr-push',
    images: 'mirror',
    pod: 4,
    alert: true,
    moreRegistries: [{ account: '123456789012', region: 'us-east-1' }],
  };
  expect(errorsOf('EcrRegistry', more)).toEqual([
    'moreRegistries[0] wrong-type',
    'identity wrong-type',
    'schedule wrong-type',
    'images wrong-type',
    'pod wrong-type',
    'alert wrong-type',
  ]);
});

test('a refresher with values that are not registries', () => {
  const registries = [null, { account: '123456789012', region: 'eu-west-1' }];
  expect(errorsOf('EcrTokenRefresher', { registries })).toEqual([
    'registries[0] wrong-type',
    'registries[1] wrong-type',
  ]);
});

test('a PushSecret with values that are not logins', () => {
  const logins = [null, { host: 'docker.io', username: 'ci', password: PASSWORD }];
  expect(errorsOf('PushSecret', { secretName: 'x', logins })).toEqual(['logins[0] wrong-type', 'logins[1] wrong-type']);
  expect(errorsOf('PushSecret', { secretName: 'x', logins: 'docker.io' })).toEqual(['logins missing']);
});

test('settings with wrong values', () => {
  const props = { registryEndpoint: 3, pushRepo: 4, pushSecretName: 5, buildJob: { resources: { limits: null } } };
  expect(errorsOfMisuse(() => new js.CustomImageSettings(props), 'CustomImageSettings')).toEqual([
    'registryEndpoint wrong-type',
    'pushRepo wrong-type',
    'pushSecretName malformed',
    'buildJob.resources.limits wrong-type',
  ]);
});

test.each([
  ['PasswordSource.fromEnv', () => js.PasswordSource.fromEnv(), 'PasswordSource', ['variable missing']],
  ['PasswordSource.fromFile', () => js.PasswordSource.fromFile(5), 'PasswordSource', ['path missing']],
  ['PasswordSource.fromPlaintext', () => js.PasswordSource.fromPlaintext(), 'PasswordSource', ['password wrong-type']],
  [
    'PasswordSource.fromPlaintext',
    () => js.PasswordSource.fromPlaintext({ PASSWORD }),
    'PasswordSource',
    ['password wrong-type'],
  ],
  [
    'PasswordSource.fromExternalSecret',
    () => js.PasswordSource.fromExternalSecret(),
    'ExternalSecretSource',
    ['source wrong-type'],
  ],
  ['PasswordSource.fromSealed', () => js.PasswordSource.fromSealed(), 'SealedPassword', ['value wrong-type']],
  [
    'RegistryLogin.of',
    () => js.RegistryLogin.of({ host: 5, password: PASSWORD }),
    'RegistryLogin',
    ['host malformed', 'username missing', 'password wrong-type'],
  ],
  [
    'RegistryLogin.of',
    () => js.RegistryLogin.of(),
    'RegistryLogin',
    ['host malformed', 'username missing', 'password wrong-type'],
  ],
  ['PushTarget.repository', () => js.PushTarget.repository(), 'PushTarget', ['path malformed']],
  ['PushTarget.prefix', () => js.PushTarget.prefix(5), 'PushTarget', ['path malformed']],
  ['AwsIdentity.irsa', () => js.AwsIdentity.irsa(5), 'AwsIdentity', ['roleArn malformed']],
  ['AwsIdentity.accessKeys', () => js.AwsIdentity.accessKeys(), 'AwsIdentity', ['secretName malformed']],
  ['EcrAddress.of', () => js.EcrAddress.of(), 'EcrAddress', ['account malformed', 'region malformed']],
  [
    'EcrAddress.of',
    () => js.EcrAddress.of({ account: 123456789012, region: 7, targets: 'x', hostForm: 4, ensureRepositories: 'yes' }),
    'EcrAddress',
    [
      'account malformed',
      'region malformed',
      'hostForm not-allowed',
      'ensureRepositories wrong-type',
      'targets wrong-type',
    ],
  ],
  ['EcrAddress.fromHost', () => js.EcrAddress.fromHost(), 'EcrAddress', ['host malformed']],
  ['EcrAddress.fromHost', () => js.EcrAddress.fromHost(5), 'EcrAddress', ['host malformed']],
  ['Schedule.cron', () => js.Schedule.cron(), 'Schedule', ['wrong-type']],
  ['Schedule.cron', () => js.Schedule.cron(4), 'Schedule', ['wrong-type']],
  [
    'PushSecret.fromSecretName',
    () => js.PushSecret.fromSecretName(chart(), 'it'),
    "PushSecret at 'chart/it'",
    ['secretName malformed'],
  ],
])('%s with a value of the wrong type', (_, misuse: () => unknown, subject, errors) => {
  expect(errorsOfMisuse(misuse, subject)).toEqual(errors);
});
