import { App, Chart, Testing } from 'cdk8s';
import {
  ContainerRegistry,
  ContainerRegistryProps,
  GoogleRegistry,
  PasswordSource,
  PushSecret,
  PushTarget,
} from '../../../lib';

const login = { username: 'robot$push', password: PasswordSource.fromPlaintext('never-in-a-message') };
const target = PushTarget.repository('team/notebooks');

function newChart(namespace?: string): Chart {
  return new Chart(new App(), 'chart', { namespace, labels: { team: 'ml' } });
}

function harbor(props: Partial<ContainerRegistryProps> = {}, chart = newChart('hub')): ContainerRegistry {
  return new ContainerRegistry(chart, 'harbor', { host: 'harbor.example.com:8443', target, ...login, ...props });
}

/** The message of what must throw. */
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect((error as Error).name).toBe('Error');
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

test('makes a push Secret and settings from a login', () => {
  const chart = newChart('hub');
  const { settings } = harbor({ insecureSkipVerify: true, buildJob: { ephemeralStorage: '50Gi' } }, chart);
  expect(settings.toYaml()).toBe(`customImage:
  enabled: true
  registryEndpoint: "https://harbor.example.com:8443"
  pushRepo: "harbor.example.com:8443/team/notebooks"
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

test('a registry without TLS has http in its endpoint, and nowhere else', () => {
  const { settings, pushSecret } = harbor({ host: '192.0.2.10:5000', plainHttp: true, insecureSkipVerify: true });
  expect(settings.toJson()).toMatchObject({
    registryEndpoint: 'http://192.0.2.10:5000',
    pushRepo: '192.0.2.10:5000/team/notebooks',
  });
  expect(pushSecret.hosts).toEqual(['192.0.2.10:5000']);
  expect(messageOf(() => harbor({ plainHttp: 'yes' as unknown as boolean }))).toBe(
    "Invalid ContainerRegistry at 'chart/harbor':\n  - plainHttp: true or false is wanted",
  );
});

test('the top of a registry without namespaces', () => {
  expect(harbor({ target: PushTarget.prefix('') }).settings.toJson()).toMatchObject({
    pushRepoPrefix: 'harbor.example.com:8443',
  });
});

test.each([
  ['docker.io', 'docker.io is a host of Docker Hub: use DockerHubRegistry'],
  ['index.docker.io', 'index.docker.io is a host of Docker Hub: use DockerHubRegistry'],
  ['eu.gcr.io', 'eu.gcr.io is a host of Google: use GoogleRegistry'],
  [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com is a host of Amazon ECR: use EcrRegistry',
  ],
])('%s is of another kind, and the error names its class', (host, fault) => {
  expect(messageOf(() => harbor({ host }))).toBe(`Invalid ContainerRegistry at 'chart/harbor':\n  - host: ${fault}`);
});

test.each([
  [
    PushTarget.repository('harbor.example.com/team/nb'),
    "the path begins with the registry's host, which is written once, before the path: the path is `team/nb`",
  ],
  [
    PushTarget.prefix('harbor.example.com'),
    "the path begins with the registry's host, which is written once, before the path",
  ],
])('a target that repeats the host is an error: %j', (pasted, fault) => {
  expect(messageOf(() => harbor({ host: 'harbor.example.com', target: pasted }))).toBe(
    `Invalid ContainerRegistry at 'chart/harbor':\n  - target: ${fault}`,
  );
});

test('every fault is in one error, with the path of the construct, and no password', () => {
  const wrong = {
    name: 'Harbor',
    host: 'https://harbor.example.com',
    target: undefined as unknown as PushTarget,
    namespaces: ['Hub'],
    username: 'a:b',
    insecureSkipVerify: 'yes' as unknown as boolean,
    buildJob: { ephemeralStorage: '30GiB' },
  };
  expect(messageOf(() => harbor(wrong))).toMatchInlineSnapshot(`
   "Invalid ContainerRegistry at 'chart/harbor':
     - name: "Harbor" is no registry name: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 40 characters
     - host: "https://harbor.example.com" is no registry host: \`registry.example.com\` or \`registry.example.com:5000\`, lower case
     - target: a PushTarget is wanted: PushTarget.repository(path) or PushTarget.prefix(path)
     - namespaces: "Hub" is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters
     - insecureSkipVerify: true or false is wanted
     - buildJob.ephemeralStorage: "30GiB" is no Kubernetes quantity, and the PrimeHub controller cannot parse it: \`30Gi\`
     - username: a user name cannot hold a ":", the docker config separates by it"
  `);
});

test('no namespace at all is an error: the Secret would land wherever kubectl points', () => {
  expect(messageOf(() => harbor({}, newChart()))).toBe(
    "Invalid ContainerRegistry at 'chart/harbor':\n  - namespaces: none given and the chart has none: pass `namespaces`, or `namespace` to the chart",
  );
});

test.each<[string, Partial<ContainerRegistryProps>, string]>([
  [
    'neither a login nor a push Secret',
    { username: undefined, password: undefined },
    'pushSecret: none given: pass `pushSecret`, or `username` and `password`',
  ],
  [
    'a user name without a password',
    { password: undefined },
    'password: missing: `username` and `password` go together',
  ],
  [
    'a password without a user name',
    { username: undefined },
    'username: missing: `username` and `password` go together',
  ],
])('%s is an error', (_, props, fault) => {
  expect(messageOf(() => harbor(props))).toBe(`Invalid ContainerRegistry at 'chart/harbor':\n  - ${fault}`);
});

test('a password that is not there is an error that says where it was looked for', () => {
  const password = PasswordSource.fromEnv('NOT_SET_ANYWHERE');
  expect(password.available).toBe(false);
  expect(messageOf(() => harbor({ password, name: 'Harbor' }))).toBe(
    "Invalid ContainerRegistry at 'chart/harbor':\n" +
      '  - name: "Harbor" is no registry name: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 40 characters\n' +
      '  - password: the environment variable NOT_SET_ANYWHERE is not there; check `available` first',
  );
});

// What TypeScript forbids and plain JavaScript allows: our error, not a TypeError.
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
    const message = messageOf(() => new Kind(newChart('hub'), 'x', props as ContainerRegistryProps));
    expect(message).toMatch(/^Invalid \w+ at 'chart\/x':\n {2}- /);
    expect(message).not.toContain('secret');
  }
});

test('a push Secret for another host, or in another namespace, is an error', () => {
  const chart = newChart('hub');
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'push',
    namespaces: ['lab'],
    logins: [{ host: 'ghcr.io', ...login }],
  });
  expect(messageOf(() => harbor({ pushSecret, username: undefined, password: undefined }, chart))).toBe(
    "Invalid ContainerRegistry at 'chart/harbor':\n" +
      "  - pushSecret: 'chart/push' logs in to ghcr.io, not to harbor.example.com:8443\n" +
      "  - pushSecret: 'chart/push' is in lab, not in hub",
  );
  // In one report with the rest, and before anything is made.
  expect(
    messageOf(() => new ContainerRegistry(chart, 'other', { host: 'quay.io', target, name: 'X', pushSecret })),
  ).toBe(
    "Invalid ContainerRegistry at 'chart/other':\n" +
      '  - name: "X" is no registry name: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 40 characters\n' +
      "  - pushSecret: 'chart/push' logs in to ghcr.io, not to quay.io\n" +
      "  - pushSecret: 'chart/push' is in lab, not in hub",
  );
});
