import { App, Chart, Testing } from 'cdk8s';
import { GcrRegistry, GoogleIdentity, GoogleRegistry, PasswordSource, PushTarget } from '../../../lib';
import { registryOf } from '../../../lib/registries/kinds';
import { errorsOf, invalidValue } from '../../support/errors';

const KEY = {
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: '1',
  private_key: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
  client_email: 'push@example-project.iam.gserviceaccount.com',
};
const login = { username: '_json_key', password: PasswordSource.fromPlaintext(JSON.stringify(KEY, null, 2)) };

function newChart(): Chart {
  return new Chart(new App(), 'chart', { namespace: 'hub' });
}

function google(host: string, target: PushTarget): GoogleRegistry {
  return new GoogleRegistry(newChart(), 'google', { host, target, ...login });
}

test.each([
  ...['gcr.io', 'us.gcr.io', 'eu.gcr.io', 'asia.gcr.io'],
  ...['europe-west1-docker.pkg.dev', 'us-docker.pkg.dev', 'docker.europe-west1.rep.pkg.dev'],
])("%s is Google's", (host) => {
  expect(registryOf(host).kind.title).toBe('Google');
  expect(registryOf(host).kind.endpoint(host)).toBe(`https://${host}`);
});

test.each([
  ...['gcr.io.example.com', 'mygcr.io', 'gcr.io:443', 'docker.pkg.dev', 'us-npm.pkg.dev'],
  ...['docker.rep.pkg.dev', 'npm.us-west1.rep.pkg.dev', 'us-west1.rep.pkg.dev', 'x.docker.us-west1.rep.pkg.dev'],
])("%s is not Google's", (host) => {
  expect(registryOf(host).kind.title).toBe('a plain registry');
});

test('GCR makes a push Secret of the key file, on one line, and settings', () => {
  const chart = newChart();
  const { settings } = new GcrRegistry(chart, 'gcr', {
    target: PushTarget.repository('example-project/notebooks'),
    ...login,
  });
  expect(settings.toYaml()).toBe(`customImage:
  enabled: true
  registryEndpoint: "https://gcr.io"
  pushRepo: "gcr.io/example-project/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "gcr-push-secret"
  insecureSkipVerify: false
`);
  const [secret] = Testing.synth(chart) as [{ data: Record<string, string> }];
  expect(secret).toMatchObject({ kind: 'Secret', metadata: { name: 'gcr-push-secret', namespace: 'hub' } });
  const config = Buffer.from(secret.data['.dockerconfigjson'], 'base64').toString('utf8');
  const { auths } = JSON.parse(config) as { auths: Record<string, { auth: string }> };
  expect(Object.keys(auths)).toEqual(['gcr.io']);
  const auth = Buffer.from(auths['gcr.io'].auth, 'base64').toString('utf8');
  expect(auth).toBe(`_json_key:${JSON.stringify(KEY)}`);
});

test.each([
  ['gcr.io', PushTarget.repository('example-project/notebooks')],
  ['gcr.io', PushTarget.repository('example.com/example-project/notebooks')],
  ['gcr.io', PushTarget.prefix('example-project')],
  ['europe-west1-docker.pkg.dev', PushTarget.repository('example-project/images/notebooks')],
  ['europe-west1-docker.pkg.dev', PushTarget.repository('example.com/example-project/images/notebooks')],
  ['europe-west1-docker.pkg.dev', PushTarget.prefix('example-project/images')],
  ['docker.europe-west1.rep.pkg.dev', PushTarget.repository('example-project/images/notebooks')],
])('%s has %j', (host, target) => {
  expect(google(host, target).host).toBe(host);
});

test.each([
  ['gcr.io', PushTarget.repository('example-project')],
  ['gcr.io', PushTarget.repository('example.com/example-project')],
  ['gcr.io', PushTarget.repository('gcr.io/example-project/notebooks')],
  ['gcr.io', PushTarget.repository('1example/notebooks')],
  ['europe-west1-docker.pkg.dev', PushTarget.repository('example-project/notebooks')],
  ['europe-west1-docker.pkg.dev', PushTarget.prefix('example-project')],
  ['docker.europe-west1.rep.pkg.dev', PushTarget.repository('example-project/notebooks')],
])('%s does not have %j', (host, target) => {
  expect(errorsOf(() => google(host, target))).toEqual(['target malformed']);
});

test('another host is an error', () => {
  const target = PushTarget.repository('example-project/notebooks');
  expect(errorsOf(() => google('docker.io', target))).toEqual(['host mismatch']);
});

test('a text that is not a key file is an error that does not show it', () => {
  const password = PasswordSource.fromPlaintext('{"private_key": "never-in-a-message"}');
  const make = () =>
    new GcrRegistry(newChart(), 'gcr', {
      target: PushTarget.prefix('example-project'),
      username: '_json_key',
      password,
    });
  expect(errorsOf(make)).toEqual(['password malformed', 'password malformed']);
  expect(invalidValue(make).message).not.toContain('never-in-a-message');
});

describe('with tokens', () => {
  const target = PushTarget.repository('example-project/notebooks');
  const identity = GoogleIdentity.metadataServer();

  test('a refresher keeps the push Secret', () => {
    const chart = newChart();
    const gcr = new GcrRegistry(chart, 'gcr', { target, identity });
    expect(gcr.pushSecretName).toBe('gcr-push-secret');
    expect(gcr.tokenRefresher?.identity).toBe(identity);
    expect(JSON.stringify(Testing.synth(chart))).toContain('"gcr.io=gcr.io/example-project/notebooks"');
    const host = 'us-docker.pkg.dev';
    const images = PushTarget.prefix('example-project/images');
    const registry = new GoogleRegistry(newChart(), 'google', { host, target: images, identity });
    expect(registry.tokenRefresher?.hosts).toEqual([host]);
  });

  test('a login beside them is an error', () => {
    expect(errorsOf(() => new GcrRegistry(newChart(), 'gcr', { target, identity, ...login }))).toEqual([
      'username conflict',
      'password conflict',
    ]);
  });
});
