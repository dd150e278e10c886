import { App, Chart, Testing } from 'cdk8s';
import {
  ContainerRegistry,
  ContainerRegistryProps,
  GoogleRegistry,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
} from '../../../lib';
import { errorsOf, inShort, invalidValue } from '../../support/errors';

const login = { username: 'robot$push', password: PasswordSource.fromPlaintext('never-in-a-message') };
const target = PushTarget.repository('team/notebooks');

function newChart(namespace?: string): Chart {
  return new Chart(new App(), 'chart', { namespace, labels: { team: 'ml' } });
}

function harbor(props: Partial<ContainerRegistryProps> = {}, chart = newChart('hub')): ContainerRegistry {
  return new ContainerRegistry(chart, 'harbor', { host: 'harbor.example.com:8443', target, ...login, ...props });
}

test('makes a push Secret and settings from a login', () => {
  const chart = newChart('hub');
  const { settings } = harbor({ insecureSkipVerify: true, buildJob: { ephemeralStorage: '50Gi' } }, chart);
  expect(settings.toYaml()).toBe(`customImage:
  enabled: true
  registryEndpoint: "https://harbor.example.com:8443"
  pushRepo: "harbor.example.com:8443/team/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "harbor-push-secret"
  insecureSkipVerify: true
  buildJob:
    ephemeralStorage: "50Gi"
`);
  expect(Testing.synth(chart)).toMatchInlineSnapshot(`
   [
     {
       "apiVersion": "v1",
       "data": {
         ".dockerconfigjson": "eyJhdXRocyI6eyJoYXJib3IuZXhhbXBsZS5jb206ODQ0MyI6eyJhdXRoIjoiY205aWIzUWtjSFZ6YURwdVpYWmxjaTFwYmkxaExXMWxjM05oWjJVPSJ9fX0=",
       },
       "kind": "Secret",
       "metadata": {
         "labels": {
           "team": "ml",
         },
         "name": "harbor-push-secret",
         "namespace": "hub",
       },
       "type": "kubernetes.io/dockerconfigjson",
     },
   ]
  `);
});

test('a registry without TLS has http:// in its endpoint, and nowhere else', () => {
  const { settings, pushSecret } = harbor({ host: '192.0.2.10:5000', plainHttp: true, insecureSkipVerify: true });
  expect(settings.toJson()).toMatchObject({
    registryEndpoint: 'http://192.0.2.10:5000',
    pushRepo: '192.0.2.10:5000/team/notebooks',
  });
  expect(pushSecret.hosts).toEqual(['192.0.2.10:5000']);
  expect(errorsOf(() => harbor({ plainHttp: 'yes' as unknown as boolean }))).toEqual(['plainHttp wrong-type']);
});

test('the top of a registry without namespaces', () => {
  expect(harbor({ target: PushTarget.prefix('') }).settings.toJson()).toMatchObject({
    pushRepoPrefix: 'harbor.example.com:8443',
  });
});

test.each([
  ['docker.io', 'DockerHubRegistry'],
  ['index.docker.io', 'DockerHubRegistry'],
  ['eu.gcr.io', 'GoogleRegistry'],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'EcrRegistry'],
])('%s belongs to another kind, and the error names its class', (host, className) => {
  const { errors } = invalidValue(() => harbor({ host }));
  expect(errors).toMatchObject([{ path: ['host'], code: 'mismatch' }]);
  expect(errors[0].message).toMatch(new RegExp(`: use ${className}$`));
});

test.each([PushTarget.repository('harbor.example.com/team/nb'), PushTarget.prefix('harbor.example.com')])(
  'a target that repeats the host is an error: %j',
  (pasted) => {
    expect(errorsOf(() => harbor({ host: 'harbor.example.com', target: pasted }))).toEqual(['target malformed']);
  },
);

test('every mistake is in one error, with the path of the construct, and no password', () => {
  const wrong = {
    name: 'Harbor',
    host: 'https://harbor.example.com',
    target: undefined as unknown as PushTarget,
    namespaces: ['Hub'],
    username: 'a:b',
    insecureSkipVerify: 'yes' as unknown as boolean,
    buildJob: { ephemeralStorage: '30GiB' },
  };
  const error = invalidValue(() => harbor(wrong));
  expect(inShort(error.errors)).toEqual([
    'name malformed',
    'host malformed',
    'target wrong-type',
    'username malformed',
    'namespaces malformed',
    'insecureSkipVerify wrong-type',
    'buildJob.ephemeralStorage malformed',
  ]);
  const [title, ...lines] = error.message.split('\n');
  expect(title).toBe("Invalid ContainerRegistry at 'chart/harbor':");
  expect(lines).toEqual(error.errors.map(({ path, message }) => `  - ${path.join('.')}: ${message}`));
  expect(error.message).not.toContain('never-in-a-message');
});

test('no namespace at all is an error, as kubectl would choose one', () => {
  expect(errorsOf(() => harbor({}, newChart()))).toEqual(['namespaces missing']);
});

test.each<[string, Partial<ContainerRegistryProps>, string]>([
  ['neither a login nor a push Secret', { username: undefined, password: undefined }, 'pushSecret missing'],
  ['a user name without a password', { password: undefined }, 'password missing'],
  ['a password without a user name', { username: undefined }, 'username missing'],
])('%s is an error', (_, props, error) => {
  expect(errorsOf(() => harbor(props))).toEqual([error]);
});

test('a missing password is an error that says where it should be', () => {
  const password = PasswordSource.fromEnv('NOT_SET_ANYWHERE');
  expect(password.available).toBe(false);
  const { errors } = invalidValue(() => harbor({ password, name: 'Harbor' }));
  expect(inShort(errors)).toEqual(['name malformed', 'password unavailable']);
  expect(errors[1].message).toContain('the environment variable NOT_SET_ANYWHERE is missing');
});

// Plain JavaScript allows what TypeScript forbids. It must get our error, not a TypeError.
test.each<[string, unknown]>([
  ['no props', undefined],
  ['null', null],
  ['empty props', {}],
  ['numbers', { host: 1, target: 2, username: 3, password: 4, name: 5, namespaces: 6, pushSecret: 7, buildJob: 8 }],
  ['text', { host: 'h.example.com', target: 'team/notebooks', username: 'u', password: 'secret', namespaces: 'hub' }],
  ['no host', { target, ...login }],
  ['a host that is a number', { host: 5000, target, ...login }],
  ['nulls', { host: null, target: null, username: null, password: null, name: null, namespaces: null, buildJob: null }],
  [
    'wrong members',
    { host: 'h.example.com', target, pushSecret: {}, buildJob: { image: 1, resources: { limits: 'x' } } },
  ],
])('%s in plain JavaScript', (_, props) => {
  for (const Kind of [ContainerRegistry, GoogleRegistry]) {
    const { message } = invalidValue(() => new Kind(newChart('hub'), 'x', props as ContainerRegistryProps));
    expect(message).toMatch(/^Invalid \w+ at 'chart\/x':\n {2}- /);
    expect(message).not.toContain('secret');
  }
});

test('a push Secret for another host, or in another namespace, is an error', () => {
  const chart = newChart('hub');
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'push',
    namespaces: ['lab'],
    logins: [RegistryLogin.of({ host: 'ghcr.io', ...login })],
  });
  expect(errorsOf(() => harbor({ pushSecret, username: undefined, password: undefined }, chart))).toEqual([
    'pushSecret mismatch',
    'pushSecret mismatch',
  ]);
  // It is in the same report as the other errors, before anything is made.
  expect(
    errorsOf(() => new ContainerRegistry(chart, 'other', { host: 'quay.io', target, name: 'X', pushSecret })),
  ).toEqual(['name malformed', 'pushSecret mismatch', 'pushSecret mismatch']);
});
