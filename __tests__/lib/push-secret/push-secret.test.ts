import * as path from 'path';
import { inspect } from 'util';
import { Chart, Testing } from 'cdk8s';
import { PasswordSource, PushSecret, RegistryLogin } from '../../../lib';
import { errorsOf, inShort, invalidValue } from '../../support/errors';
import { manifests } from '../../support/manifests';
import { temporaryFolder } from '../../support/run-app';
import { sealedPassword } from '../../support/sealed';

const PLAIN = PasswordSource.fromPlaintext('never-in-a-message');
const EXTERNAL = PasswordSource.fromExternalSecret({ store: 'vault', key: 'ci' });
const SEALED = PasswordSource.fromSealed(sealedPassword());

function make(...logins: RegistryLogin[]): object[] {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
  new PushSecret(chart, 'push', { secretName: 'push', logins });
  return manifests(chart);
}

function login(host: string, password: PasswordSource): RegistryLogin {
  return RegistryLogin.of({ host, username: 'user', password });
}

/** The message of a call that must throw. */
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

test('passwords in plaintext make a Secret, with data and the labels of the chart', () => {
  expect(make(login('docker.io', PLAIN))).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: 'push', namespace: 'hub', labels: { team: 'ml' } },
      data: { '.dockerconfigjson': expect.stringMatching(/^[A-Za-z0-9+/=]+$/) as string },
    },
  ]);
});

test.each<[string, PasswordSource, PasswordSource, string]>([
  [
    'plaintext and external',
    PLAIN,
    EXTERNAL,
    'the one for "docker.io" is in plaintext, the one for "gcr.io" is in a secret store',
  ],
  ['plaintext and sealed', PLAIN, SEALED, 'the one for "docker.io" is in plaintext, the one for "gcr.io" is sealed'],
  [
    'external and sealed',
    EXTERNAL,
    SEALED,
    'the one for "docker.io" is in a secret store, the one for "gcr.io" is sealed',
  ],
])('mixing %s says which and what to do', (_, first, second, which) => {
  const { errors } = invalidValue(() => make(login('docker.io', first), login('gcr.io', second)));
  expect(errors).toMatchObject([{ path: ['logins'], code: 'conflict' }]);
  expect(errors[0].message).toContain(`but ${which}: change the sources`);
});

test('two sealed logins say what to do', () => {
  expect(errorsOf(() => make(login('docker.io', SEALED), login('gcr.io', SEALED)))).toEqual(['logins conflict']);
});

test('all errors of a login come at once, without a password', () => {
  const error = invalidValue(() =>
    RegistryLogin.of({ host: 'https://x', username: 'a:b', password: PasswordSource.fromPlaintext('secret\n') }),
  );
  expect(inShort(error.errors)).toEqual(['host malformed', 'username malformed', 'password malformed']);
  expect(error.message).not.toContain('secret\n');
  expect(errorsOf(() => login('gcr.io', 'not-a-source' as unknown as PasswordSource))).toEqual(['password wrong-type']);
});

test('all errors of a push Secret come at once, including a value that is not a login', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const logins = [login('docker.io', PLAIN), { host: 'gcr.io' } as RegistryLogin, login('docker.io', PLAIN)];
  expect(errorsOf(() => new PushSecret(chart, 'push', { secretName: 'Push', logins }))).toEqual([
    'namespaces missing',
    'secretName malformed',
    'logins[1] wrong-type',
    'logins[2].host duplicate',
  ]);
});

test('a login has the values it was made from, with the host as image references write it', () => {
  const { host, username, password } = login('index.docker.io', PLAIN);
  expect({ host, username, password }).toEqual({ host: 'docker.io', username: 'user', password: PLAIN });
});

test('printing a login does not print the password', () => {
  const printed = inspect(login('docker.io', PLAIN), { depth: Infinity, showHidden: true });
  expect(printed + JSON.stringify(login('docker.io', PLAIN))).not.toContain('never-in-a-message');
});

test.each(['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com'])(
  'a login to %s is one to Docker Hub, under the key that every client looks for',
  (host) => {
    const chart = new Chart(Testing.app(), 'chart', { namespace: 'hub' });
    const push = new PushSecret(chart, 'push', { secretName: 'push', logins: [login(host, PLAIN)] });
    expect(push.hosts).toEqual(['docker.io']);
    const [{ data }] = manifests(chart) as unknown as [{ data: Record<string, string> }];
    const config = Buffer.from(data['.dockerconfigjson'], 'base64').toString('utf8');
    expect(Object.keys((JSON.parse(config) as { auths: object }).auths)).toEqual(['https://index.docker.io/v1/']);
  },
);

test('two logins to one registry are an error, with any of its names', () => {
  expect(errorsOf(() => make(login('docker.io', PLAIN), login('index.docker.io', PLAIN)))).toEqual([
    'logins[1].host duplicate',
  ]);
});

test('the caller can change a list later without changing the construct', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const namespaces = ['hub'];
  const push = new PushSecret(chart, 'push', { secretName: 'push', namespaces, logins: [login('docker.io', PLAIN)] });
  namespaces.push('lab');
  expect(push.namespaces).toEqual(['hub']);
});

test("the caller can change a source's input later without changing the source", () => {
  const encryptedData = { ...sealedPassword().encryptedData };
  const password = PasswordSource.fromSealed(sealedPassword({ encryptedData }));
  encryptedData.hub = '';
  expect(make(login('docker.io', password))).toMatchObject([
    { spec: { encryptedData: { '.dockerconfigjson': sealedPassword().encryptedData.hub } } },
  ]);
});

const PASTED = 'dckr_pat_Zq7mARk1xYbb';
const NOT_SHOWN = '(its name is not shown, as it may contain a credential)';

test.each<[string, () => unknown, string]>([
  [
    'fromEnv',
    () => make(login('docker.io', PasswordSource.fromEnv(PASTED))),
    `Invalid RegistryLogin:\n  - password: the environment variable ${NOT_SHOWN} is missing: check \`available\` first`,
  ],
  [
    'fromFile',
    () => make(login('docker.io', PasswordSource.fromFile(PASTED))),
    `Invalid RegistryLogin:\n  - password: the file ${NOT_SHOWN} is missing: check \`available\` first`,
  ],
  [
    'fromFile, too long for a path',
    () => PasswordSource.fromFile(PASTED.repeat(50)),
    `the file ${NOT_SHOWN} cannot be read: ENAMETOOLONG`,
  ],
  [
    'fromFile, with a slash in it',
    () => make(login('docker.io', PasswordSource.fromFile(`${PASTED}/x`))),
    `Invalid RegistryLogin:\n  - password: the file ${NOT_SHOWN} is missing: check \`available\` first`,
  ],
])('the password itself, given to %s, is in no message', (_, run, message) => {
  expect(messageOf(run)).toBe(message);
});

test('names a missing file if it is written as a path, whatever its folders are called', () => {
  const folder = path.join(temporaryFolder(), 'aB1cD2eF3gH4iJ5');
  expect(PasswordSource.fromFile(path.join(folder, 'token')).origin).toBe(`the file ${folder}/token`);
});

test('the password itself, given as the host of two logins of different forms, is in no message', () => {
  const pasted = 'glpat-zq7mark1xybbzq7mark1';
  const message = messageOf(() => make(login(pasted, PLAIN), login('docker.io', EXTERNAL)));
  expect(message).toContain('all passwords of one Secret must come from the same kind of source');
  expect(message).not.toContain(pasted);
  expect(messageOf(() => login(PASTED, PLAIN))).not.toContain(PASTED);
});

test('a source whose name may be the password does not show it when it is printed', () => {
  const source = PasswordSource.fromEnv(PASTED);
  expect(inspect(source) + JSON.stringify(source)).not.toContain(PASTED);
});

test.each([
  ['secret\n', 'ends with a newline, which no registry accepts: remove it'],
  ['secret\r', 'ends with a carriage return, which no registry accepts: remove it'],
  ['sec\u0085ret', 'contains a control character or a newline, which no registry accepts'],
  ['p\ufffdss', 'contains U+FFFD, the mark of bytes that were not UTF-8, so it is damaged: provide it in UTF-8'],
  ['a\ud800b', 'contains half a character (a lone surrogate), which cannot be written as UTF-8'],
  ['sec\u200bret', 'contains an invisible character, probably from pasting: type it, or copy it again'],
  ['sec\u2028ret', 'contains an invisible character, probably from pasting: type it, or copy it again'],
  ['x'.repeat(128 * 1024 + 1), 'is longer than 128 KiB, which is too much for `kubectl apply` to put into a Secret'],
])('a password that arrived damaged is an error (%#)', (password, message) => {
  const { errors } = invalidValue(() => login('docker.io', PasswordSource.fromPlaintext(password)));
  const code = password.length > 128 * 1024 ? 'too-long' : 'malformed';
  expect(errors).toEqual([{ path: ['password'], code, message: `the plaintext password ${message}` }]);
});

test.each(['pä ss 🔑', 'x'.repeat(128 * 1024)])('a password that is only unusual is taken (%#)', (password) => {
  expect(make(login('docker.io', PasswordSource.fromPlaintext(password)))).toHaveLength(1);
});

test('two PushSecrets with the same name in one namespace are an error, whatever makes the Secret', () => {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'hub' });
  new PushSecret(chart, 'one', { secretName: 'push', logins: [login('docker.io', EXTERNAL)] });
  new PushSecret(chart, 'two', { secretName: 'push', logins: [login('docker.io', SEALED)] });
  expect(() => manifests(chart)).toThrow("hub/push is made twice, by 'chart/one' and 'chart/two/secret-hub'");
});
