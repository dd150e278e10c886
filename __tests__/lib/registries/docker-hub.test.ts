import { App, Chart, Testing } from 'cdk8s';
import { DockerHubRegistry, DockerHubRegistryProps, PasswordSource, PushSecret, PushTarget } from '../../../lib';
import { registryOf } from '../../../lib/registries/kinds';
import { errorsOf } from '../../support/errors';

const login = { username: 'exampleteam', password: PasswordSource.fromPlaintext('never-in-a-message') };
const target = PushTarget.repository('exampleteam/notebooks');

function newChart(): Chart {
  return new Chart(new App(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

function registry(props: Partial<DockerHubRegistryProps> = {}): DockerHubRegistry {
  return new DockerHubRegistry(newChart(), 'dockerhub', { target, ...login, ...props });
}

test.each(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'Docker.IO'])(
  '%s is Docker Hub',
  (host) => {
    expect(registryOf(host).kind.title).toBe('Docker Hub');
    expect(registryOf(host).kind.canonicalHost(host)).toBe('docker.io');
  },
);

test.each(['docker.com', 'docker.io.example.com', 'docker.io:443', 'ghcr.io'])('%s is not Docker Hub', (host) => {
  expect(registryOf(host).kind.title).toBe('a plain registry');
});

test('makes a push Secret and settings from a login', () => {
  const chart = newChart();
  const { settings } = new DockerHubRegistry(chart, 'dockerhub', { target, ...login });
  expect(settings.toYaml()).toBe(`customImage:
  enabled: true
  registryEndpoint: "docker.io"
  pushRepo: "docker.io/exampleteam/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "dockerhub-push-secret"
  insecureSkipVerify: false
`);
  expect(Testing.synth(chart)).toMatchInlineSnapshot(`
[
  {
    "apiVersion": "v1",
    "data": {
      ".dockerconfigjson": "eyJhdXRocyI6eyJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsiYXV0aCI6IlpYaGhiWEJzWlhSbFlXMDZibVYyWlhJdGFXNHRZUzF0WlhOellXZGwifX19",
    },
    "kind": "Secret",
    "metadata": {
      "labels": {
        "team": "ml",
      },
      "name": "dockerhub-push-secret",
      "namespace": "hub",
    },
    "type": "kubernetes.io/dockerconfigjson",
  },
]
`);
});

test('the construct shows the resolved values, with the documented defaults', () => {
  const { host, pushSecretName, pushSecret, settings } = registry();
  expect({ host, pushSecretName, hosts: pushSecret.hosts, namespaces: pushSecret.namespaces }).toEqual({
    host: 'docker.io',
    pushSecretName: 'dockerhub-push-secret',
    hosts: ['docker.io'],
    namespaces: ['hub'],
  });
  // Write no defaults of PrimeHub, as PrimeHub may change them.
  expect(settings.toJson()).toMatchObject({ insecureSkipVerify: false });
  expect(settings.toJson()).not.toHaveProperty('buildJob');
});

test('uses the given name and namespaces', () => {
  const { pushSecretName, pushSecret } = registry({ name: 'team-a', namespaces: ['a', 'b'] });
  expect({ pushSecretName, namespaces: pushSecret.namespaces }).toEqual({
    pushSecretName: 'team-a-push-secret',
    namespaces: ['a', 'b'],
  });
});

test('a prefix is a namespace', () => {
  expect(registry({ target: PushTarget.prefix('exampleteam') }).settings.toJson()).toMatchObject({
    pushRepoPrefix: 'docker.io/exampleteam',
  });
});

test.each([
  ['a repository without a namespace', PushTarget.repository('notebooks')],
  ['three components', PushTarget.repository('a/b/c')],
  ['a host, by another of its names,', PushTarget.repository('index.docker.io/exampleteam/notebooks')],
  ['a repository of one letter', PushTarget.repository('exampleteam/n')],
  ['a dot in a repository', PushTarget.repository('exampleteam/note.books')],
  ['a prefix of two components', PushTarget.prefix('a/b')],
  ['an empty prefix', PushTarget.prefix('')],
])('%s is an error', (_, wrong) => {
  expect(errorsOf(() => registry({ target: wrong }))).toEqual(['target malformed']);
});

test('an existing or shared push Secret replaces the login', () => {
  const chart = newChart();
  const existing = PushSecret.fromSecretName(chart, 'existing', 'registry-login');
  const props = { target, pushSecret: existing };
  expect(new DockerHubRegistry(chart, 'dockerhub', props).pushSecretName).toBe('registry-login');
  expect(Testing.synth(chart)).toEqual([]);
});
