import { Chart, Testing } from 'cdk8s';
import { PasswordSource, PushSecret, RegistryLogin } from '../../../lib';
import { manifests } from '../../support/manifests';
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
  return { host, username: 'user', password };
}

/** The message of what must throw. */
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
  ['plaintext and external', PLAIN, EXTERNAL, 'that of docker.io is in plaintext, that of gcr.io is in a secret store'],
  ['plaintext and sealed', PLAIN, SEALED, 'that of docker.io is in plaintext, that of gcr.io is sealed'],
  ['external and sealed', EXTERNAL, SEALED, 'that of docker.io is in a secret store, that of gcr.io is sealed'],
])('mixing %s says which and what to do', (_, first, second, which) => {
  const message = messageOf(() => make(login('docker.io', first), login('gcr.io', second)));
  expect(message).toBe(
    `Invalid PushSecret at 'chart/push':\n  - logins: one Secret is made in one way, but of the passwords ${which}: ` +
      'take all of them from one kind of source, or make a PushSecret of each kind',
  );
});

test('two sealed logins say what to do', () => {
  const message = messageOf(() => make(login('docker.io', SEALED), login('gcr.io', SEALED)));
  expect(message).toContain('docker.io and gcr.io are both sealed');
  expect(message).toContain('make a PushSecret of each');
});

test('all faults come at once, without a password', () => {
  const message = messageOf(() =>
    make(
      { host: 'https://x', username: 'a:b', password: PasswordSource.fromPlaintext('secret\n') },
      login('gcr.io', 'not-a-source' as unknown as PasswordSource),
    ),
  );
  expect(message.split('\n')).toHaveLength(5);
  expect(message).toContain('logins[0].host:');
  expect(message).toContain('logins[0].username:');
  expect(message).toContain('logins[0].password: the password in plaintext ends with a newline');
  expect(message).toContain('logins[1].password: a PasswordSource is wanted');
  expect(message).not.toContain('secret\\n');
});

test('two PushSecrets of one name in one namespace are found, whatever makes the Secret', () => {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'hub' });
  new PushSecret(chart, 'one', { secretName: 'push', logins: [login('docker.io', EXTERNAL)] });
  new PushSecret(chart, 'two', { secretName: 'push', logins: [login('docker.io', SEALED)] });
  expect(() => manifests(chart)).toThrow("hub/push is made twice: by 'chart/one' and 'chart/two/secret-hub'");
});
