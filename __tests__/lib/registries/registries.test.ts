import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  ContainerRegistry,
  DockerHubRegistry,
  GcrRegistry,
  GoogleRegistry,
  IRegistry,
  LoginRegistryProps,
  PasswordSource,
  PushSecret,
  PushTarget,
} from '../../../lib';
import { kindOf } from '../../../lib/registries/kinds';

function newChart(): Chart {
  return new Chart(Testing.app(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

const login = { username: 'robot', password: PasswordSource.fromPlaintext('secret') };

test.each([
  ['docker.io', 'Docker Hub', 'docker.io', 'docker.io'],
  ['index.docker.io', 'Docker Hub', 'docker.io', 'docker.io'],
  ['registry-1.docker.io', 'Docker Hub', 'docker.io', 'docker.io'],
  ['gcr.io', 'Google', 'gcr.io', 'https://gcr.io'],
  ['eu.gcr.io', 'Google', 'eu.gcr.io', 'https://eu.gcr.io'],
  ['europe-west1-docker.pkg.dev', 'Google', 'europe-west1-docker.pkg.dev', 'https://europe-west1-docker.pkg.dev'],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'Amazon ECR', undefined, undefined],
  ['ghcr.io', 'a plain registry', 'ghcr.io', 'https://ghcr.io'],
  ['notgcr.io', 'a plain registry', 'notgcr.io', 'https://notgcr.io'],
  ['harbor.example.com:8443', 'a plain registry', 'harbor.example.com:8443', 'https://harbor.example.com:8443'],
])('%s is %s', (host, title, canonical, endpoint) => {
  const kind = kindOf(host);
  expect(kind.title).toBe(title);
  if (canonical === undefined) return;
  expect(kind.canonicalHost(host)).toBe(canonical);
  expect(kind.endpoint(canonical)).toBe(endpoint);
});

test.each([
  ['docker.io', 'team/notebooks', false, undefined],
  ['docker.io', 'notebooks', false, 'is in a namespace: `docker.io/<namespace>/notebooks`'],
  ['docker.io', 'team/sub/notebooks', false, 'with no further "/"'],
  ['docker.io', 'team/n', false, 'n is no repository name of Docker Hub'],
  ['docker.io', 'team', true, undefined],
  ['docker.io', 'team/notebooks', true, 'a prefix is a namespace alone'],
  ['gcr.io', 'example-project/notebooks', false, undefined],
  ['gcr.io', 'example.com/example-project/notebooks', false, undefined],
  ['gcr.io', 'example-project', false, 'is at least `gcr.io/<project>/<image>`'],
  ['gcr.io', 'example-project', true, undefined],
  ['gcr.io', 'p/notebooks', false, 'p is no Google project id'],
  ['europe-docker.pkg.dev', 'example-project/images/notebooks', false, undefined],
  ['europe-docker.pkg.dev', 'example-project/images', false, '`europe-docker.pkg.dev/<project>/<repository>/<image>`'],
  ['europe-docker.pkg.dev', 'example-project/images', true, undefined],
  ['ghcr.io', 'team/deep/er/notebooks', false, undefined],
])('%s takes %s (prefix: %s): %s', (host, path, isPrefix, fault) => {
  const target = isPrefix ? PushTarget.prefix(path) : PushTarget.repository(path);
  const faults = kindOf(host).targetFaults(target, host);
  if (fault === undefined) expect(faults).toEqual([]);
  else expect(faults).toEqual([expect.stringContaining(fault)]);
});

type Make = (chart: Chart, props: LoginRegistryProps) => IRegistry;

test.each<[string, Make, string, object]>([
  [
    'DockerHubRegistry',
    (chart, props) => new DockerHubRegistry(chart, 'r', props),
    'team/notebooks',
    { registryEndpoint: 'docker.io', pushRepo: 'docker.io/team/notebooks' },
  ],
  [
    'GcrRegistry',
    (chart, props) => new GcrRegistry(chart, 'r', props),
    'example-project/notebooks',
    { registryEndpoint: 'https://gcr.io', pushRepo: 'gcr.io/example-project/notebooks' },
  ],
  [
    'GoogleRegistry',
    (chart, props) => new GoogleRegistry(chart, 'r', { ...props, host: 'us.gcr.io' }),
    'example-project/notebooks',
    { registryEndpoint: 'https://us.gcr.io', pushRepo: 'us.gcr.io/example-project/notebooks' },
  ],
  [
    'ContainerRegistry',
    (chart, props) => new ContainerRegistry(chart, 'r', { ...props, host: 'quay.io' }),
    'team/notebooks',
    { registryEndpoint: 'https://quay.io', pushRepo: 'quay.io/team/notebooks' },
  ],
])('%s makes a push Secret of its own and settings that name it', (_, make, path, settings) => {
  const chart = newChart();
  const registry = make(chart, { ...login, target: PushTarget.repository(path) });
  expect(registry.settings.toJson()).toEqual({ enabled: true, ...settings, pushSecretName: 'r-push-secret' });
  expect(registry.pushSecret.hosts).toEqual([registry.host]);
  expect(Testing.synth(chart)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'r-push-secret', namespace: 'hub', labels: { team: 'ml' } },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': expect.any(String) as string },
    },
  ]);
});

test('two of one kind stand side by side, and share a push Secret with two logins', () => {
  const chart = newChart();
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'both',
    logins: [
      { host: 'quay.io', ...login },
      { host: 'ghcr.io', ...login },
    ],
  });
  const target = PushTarget.repository('team/notebooks');
  const registries = ['quay.io', 'ghcr.io'].map(
    (host) => new ContainerRegistry(chart, host, { host, target, pushSecret }),
  );
  expect(registries.map((registry) => registry.pushSecretName)).toEqual(['both', 'both']);
  expect(Testing.synth(chart)).toHaveLength(1);
});

test('a push Secret that logs in elsewhere, or is elsewhere, is a fault', () => {
  const chart = newChart();
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'x',
    namespaces: ['builds'],
    logins: [{ host: 'quay.io', ...login }],
  });
  const target = PushTarget.repository('team/notebooks');
  expect(() => new ContainerRegistry(chart, 'r', { host: 'ghcr.io', target, pushSecret })).toThrow(
    "Invalid ContainerRegistry at 'chart/r':\n" +
      "  - pushSecret: 'chart/push' logs in to quay.io, not to ghcr.io\n" +
      "  - pushSecret: 'chart/push' is in builds, not in hub",
  );
});

test('a Secret that exists is referred to', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'push', 'there-already');
  const registry = new DockerHubRegistry(chart, 'r', { target: PushTarget.prefix('team'), pushSecret });
  expect(registry.settings.toJson()).toMatchObject({
    pushRepoPrefix: 'docker.io/team',
    pushSecretName: 'there-already',
  });
  expect(Testing.synth(chart)).toEqual([]);
});

test('two that make one Secret are an error that names both', () => {
  const chart = newChart();
  const target = PushTarget.repository('team/notebooks');
  for (const id of ['a', 'b']) new ContainerRegistry(chart, id, { ...login, host: 'quay.io', target, name: 'same' });
  expect(() => void Testing.synth(chart)).toThrow(
    /the Secret hub\/same-push-secret is made twice: by 'chart\/a\/push-secret' and 'chart\/b\/push-secret/,
  );
});

test('the Secret goes into a volume of cdk8s-plus', () => {
  const chart = newChart();
  const registry = new DockerHubRegistry(chart, 'r', { ...login, target: PushTarget.repository('team/notebooks') });
  const pod = new kplus.Pod(chart, 'pod', { containers: [{ image: 'builder' }] });
  pod.addVolume(kplus.Volume.fromSecret(chart, 'volume', registry.pushSecret.secret));
  expect(JSON.stringify(Testing.synth(chart))).toContain('"secretName":"r-push-secret"');
});

test('every fault comes at once, with the path of the construct', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const props = { host: 'Quay.io', target: 'team/notebooks' as unknown as PushTarget, name: 'No', username: 'robot' };
  expect(() => new ContainerRegistry(chart, 'r', props)).toThrow(
    /^Invalid ContainerRegistry at 'chart\/r':(\n {2}- (name|host|target|namespaces|password): .*){5}$/,
  );
});
