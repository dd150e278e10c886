import { App, Chart, Testing } from 'cdk8s';
import { GcrRegistry, GoogleRegistry, PasswordSource, PushTarget } from '../../../lib';
import { kindOf } from '../../../lib/registries/kinds';

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

test.each(['gcr.io', 'us.gcr.io', 'eu.gcr.io', 'asia.gcr.io', 'europe-west1-docker.pkg.dev', 'us-docker.pkg.dev'])(
  "%s is Google's",
  (host) => {
    expect(kindOf(host).title).toBe('Google');
    expect(kindOf(host).endpoint(host)).toBe(`https://${host}`);
  },
);

test.each(['gcr.io.example.com', 'mygcr.io', 'docker.pkg.dev', 'us-npm.pkg.dev', 'gcr.io:443'])(
  "%s is not Google's",
  (host) => {
    expect(kindOf(host).title).toBe('a plain registry');
  },
);

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
  pushSecretName: "gcr-push-secret"
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
])('%s has %j', (host, target) => {
  expect(google(host, target).host).toBe(host);
});

test.each([
  ['gcr.io', PushTarget.repository('example-project'), 'on gcr.io a repository is at least `gcr.io/<project>/<image>`'],
  [
    'gcr.io',
    PushTarget.repository('example.com/example-project'),
    'on gcr.io a repository is at least `gcr.io/<project>/<image>`',
  ],
  [
    'gcr.io',
    PushTarget.repository('gcr.io/example-project/notebooks'),
    "the path begins with the registry's host, which is written once, before the path: the path is `example-project/notebooks`",
  ],
  [
    'gcr.io',
    PushTarget.repository('1example/notebooks'),
    '1example is no Google project id: 6 to 30 of a-z, 0-9 and "-", beginning with a letter',
  ],
  [
    'europe-west1-docker.pkg.dev',
    PushTarget.repository('example-project/notebooks'),
    'on europe-west1-docker.pkg.dev a repository is at least `europe-west1-docker.pkg.dev/<project>/<repository>/<image>`',
  ],
  [
    'europe-west1-docker.pkg.dev',
    PushTarget.prefix('example-project'),
    'on europe-west1-docker.pkg.dev a prefix is at least `europe-west1-docker.pkg.dev/<project>/<repository>`',
  ],
])('%s does not have %j', (host, target, message) => {
  expect(() => google(host, target)).toThrow(`Invalid GoogleRegistry at 'chart/google':\n  - target: ${message}`);
});

test('another host is an error', () => {
  const target = PushTarget.repository('example-project/notebooks');
  expect(() => google('docker.io', target)).toThrow(
    "Invalid GoogleRegistry at 'chart/google':\n  - host: docker.io is no host of Google",
  );
});

test('a key file that is none is an error that does not show it', () => {
  const password = PasswordSource.fromPlaintext('{"private_key": "never-in-a-message"}');
  const make = () =>
    new GcrRegistry(newChart(), 'gcr', {
      target: PushTarget.prefix('example-project'),
      username: '_json_key',
      password,
    });
  expect(make).toThrow('has no "type": "service_account"');
  expect(make).not.toThrow('never-in-a-message');
});
