import { App, Chart } from 'cdk8s';
import * as library from '../../lib';

/** The library as plain JavaScript sees it: what TypeScript would refuse gets through. */
const js = library as unknown as Record<string, AnyClass>;
type AnyClass = (new (...args: unknown[]) => object) & Record<string, (...args: unknown[]) => unknown>;

const chart = (): Chart => new Chart(new App(), 'chart', { namespace: 'hub' });
const target = library.PushTarget.repository('team/notebooks');
const PASSWORD = 'never-in-a-message';
const NO_TARGET = 'target: a PushTarget is wanted: PushTarget.repository(path) or PushTarget.prefix(path)';

/** Makes a construct and returns the lines of the error. */
function faultsOf(className: string, props?: unknown): string[] {
  return faults(() => new js[className](chart(), 'it', props));
}

function faults(misuse: () => unknown): string[] {
  try {
    misuse();
  } catch (error) {
    expect((error as Error).constructor).toBe(Error);
    const { message } = error as Error;
    expect(message).not.toContain(PASSWORD);
    return message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  }
  throw new Error('it was accepted');
}

test.each([
  ['DockerHubRegistry', [NO_TARGET, 'pushSecret: none given: pass `pushSecret`, or `username` and `password`']],
  ['ContainerRegistry', [expect.stringMatching(/^host: /), NO_TARGET, expect.stringMatching(/^pushSecret: /)]],
  ['GoogleRegistry', [expect.stringMatching(/^host: /), NO_TARGET, expect.stringMatching(/^pushSecret: /)]],
  ['GcrRegistry', [NO_TARGET, expect.stringMatching(/^pushSecret: /)]],
  ['EcrRegistry', [NO_TARGET, expect.stringMatching(/^account: /), expect.stringMatching(/^region: /)]],
  ['EcrTokenRefresher', ['registries: at least one registry is wanted: an account and a region']],
  ['PushSecret', [expect.stringMatching(/^secretName: /), expect.stringMatching(/^logins: a list of at least one/)]],
  ['CustomImageConfigMap', [expect.stringMatching(/^settings: /), expect.stringMatching(/^configMapName: /)]],
])('%s without props names all that is missing', (className, expected: unknown[]) => {
  for (const props of [undefined, null, {}, 'text']) {
    expect(faultsOf(className, props)).toEqual([`Invalid ${className} at 'chart/it':`, ...expected]);
  }
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
  expect(faultsOf('ContainerRegistry', props)).toEqual([
    "Invalid ContainerRegistry at 'chart/it':",
    expect.stringMatching(/^name: 7 is no registry name/),
    expect.stringMatching(/^host: 5 is no registry host/),
    NO_TARGET,
    'namespaces: a list of namespace names is wanted',
    'insecureSkipVerify: true or false is wanted',
    'buildJob: a map is wanted',
    'username: a user name is wanted',
    'password: a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like',
  ]);
});

test.each([
  ['a text', 'my-secret', /^pushSecret: an IPushSecret is wanted/],
  ['an object that is none', { secretName: 'my-secret' }, /^pushSecret: an IPushSecret is wanted/],
])('a push Secret that is %s', (_, pushSecret, message) => {
  expect(faultsOf('DockerHubRegistry', { target, pushSecret })[1]).toMatch(message);
});

test('a push Secret beside a login, and half a login', () => {
  const pushSecret = library.PushSecret.fromSecretName(chart(), 'existing', 'my-secret');
  const password = library.PasswordSource.fromPlaintext(PASSWORD);
  expect(faultsOf('DockerHubRegistry', { target, pushSecret, username: 'ci', password })).toEqual([
    expect.anything(),
    'pushSecret: beside it `username` and `password` are without effect: leave one or the other out',
  ]);
  expect(faultsOf('DockerHubRegistry', { target, password })).toEqual([
    expect.anything(),
    'username: missing: `username` and `password` go together',
  ]);
});

test('an ECR registry with an account number, a role in place of an identity, and more', () => {
  const props = {
    account: 123456789012,
    region: 7,
    target,
    identity: 'arn:aws:iam::123456789012:role/ecr-push',
    ensureRepository: 'yes',
    images: 'mirror',
    pod: 4,
    alert: true,
    moreRegistries: 4,
  };
  expect(faultsOf('EcrRegistry', props)).toEqual([
    "Invalid EcrRegistry at 'chart/it':",
    expect.stringMatching(/^account: 123456789012 is no AWS account id: 12 digits; quote it/),
    expect.stringMatching(/^region: 7 is no region name/),
    'ensureRepository: true or false is wanted',
    'moreRegistries: a list is wanted',
    expect.stringMatching(/^identity: an AwsIdentity is wanted/),
    'images: a map is wanted',
    'pod: a map is wanted',
    'alert: a map is wanted',
  ]);
});

test('a refresher with registries that are none', () => {
  const lines = faultsOf('EcrTokenRefresher', {
    registries: [null, { account: '123456789012', region: 'eu-west-1', targets: 'x' }],
  });
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^registries\[0\]\.account: /),
      expect.stringMatching(/^registries\[0\]\.region: /),
      'registries[1].targets: a list of PushTarget is wanted',
    ]),
  );
});

test('a PushSecret with logins that are none', () => {
  const logins = [null, { host: 'docker.io', username: 'ci', password: PASSWORD }];
  expect(faultsOf('PushSecret', { secretName: 'x', logins })).toEqual([
    expect.anything(),
    expect.stringMatching(/^logins\[0\]\.host: /),
    expect.stringMatching(/^logins\[0\]\.username: /),
    expect.stringMatching(/^logins\[0\]\.password: /),
    'logins[1].password: a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like',
  ]);
  expect(faultsOf('PushSecret', { secretName: 'x', logins: 'docker.io' })[1]).toMatch(/^logins: a list/);
});

test('settings that are none', () => {
  const props = { registryEndpoint: 3, pushRepo: 4, pushSecretName: 5, buildJob: { resources: { limits: null } } };
  expect(faults(() => new js.CustomImageSettings(props))).toEqual([
    'Invalid CustomImageSettings:',
    'registryEndpoint: 3 is no text',
    'pushRepo: 4 is no text',
    expect.stringMatching(/^pushSecretName: 5 is no Secret name/),
    'buildJob.resources.limits: a map is wanted',
  ]);
});

test.each([
  [
    'PasswordSource.fromEnv',
    () => js.PasswordSource.fromEnv(),
    'Invalid PasswordSource:\nvariable: the name of an environment variable is wanted',
  ],
  ['PasswordSource.fromFile', () => js.PasswordSource.fromFile(5), 'Invalid PasswordSource:\npath: a path is wanted'],
  [
    'PasswordSource.fromPlaintext',
    () => js.PasswordSource.fromPlaintext(undefined),
    'Invalid PasswordSource:\npassword: a text is wanted; for an environment variable there is fromEnv',
  ],
  ['PasswordSource.fromPlaintext', () => js.PasswordSource.fromPlaintext({ PASSWORD }), 'a text is wanted'],
  ['PasswordSource.fromExternalSecret', () => js.PasswordSource.fromExternalSecret(), '`store` and `key`'],
  ['PasswordSource.fromSealed', () => js.PasswordSource.fromSealed(), '`npm run seal`'],
  ['PushTarget.repository', () => js.PushTarget.repository(), 'undefined is no repository path'],
  ['PushTarget.prefix', () => js.PushTarget.prefix(5), '5 is no repository path'],
  ['AwsIdentity.irsa', () => js.AwsIdentity.irsa(5), '5 is no ARN of an IAM role'],
  ['AwsIdentity.accessKeys', () => js.AwsIdentity.accessKeys(), 'undefined is no Secret name'],
  ['PushSecret.fromSecretName', () => js.PushSecret.fromSecretName(chart(), 'it'), 'undefined is no Secret name'],
])('%s with a value of another type', (_, misuse: () => unknown, message) => {
  expect(faults(misuse).join('\n')).toContain(message);
});
