import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AwsIdentity,
  ContainerRegistry,
  CustomImageConfigMap,
  DockerHubRegistry,
  EcrAddress,
  EcrRegistry,
  EcrTokenRefresher,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
} from '../../lib';
import { manifests, Manifest } from '../support/manifests';
import { temporaryFolder } from '../support/run-app';

const address = EcrAddress.of({ account: '123456789012', region: 'eu-west-1' });
const target = PushTarget.repository('team/notebooks');
const login = { username: 'robot', password: PasswordSource.fromPlaintext('secret') };

interface PodTemplate {
  readonly metadata: { readonly labels?: Record<string, string> };
  readonly spec: object;
}
interface Workload {
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
}

function newChart(app = Testing.app()): Chart {
  return new Chart(app, 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

function podTemplate({ spec }: Manifest<Workload>): PodTemplate {
  return (spec.template ?? spec.jobTemplate?.spec.template)!;
}

test('two registries of one kind work side by side, and can share a push Secret with two logins', () => {
  const chart = newChart();
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'both',
    logins: [RegistryLogin.of({ host: 'quay.io', ...login }), RegistryLogin.of({ host: 'ghcr.io', ...login })],
  });
  const registries = ['quay.io', 'ghcr.io'].map(
    (host) => new ContainerRegistry(chart, host, { host, target, pushSecret }),
  );
  expect(registries.map((registry) => registry.pushSecretName)).toEqual(['both', 'both']);
  expect(Testing.synth(chart)).toHaveLength(1);
});

test('refers to an existing Secret', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'push', 'there-already');
  const registry = new DockerHubRegistry(chart, 'r', { target: PushTarget.prefix('team'), pushSecret });
  expect(registry.settings.toJson()).toMatchObject({
    pushRepoPrefix: 'docker.io/team',
    pushSecretName: 'there-already',
  });
  expect(Testing.synth(chart)).toEqual([]);
});

test("with a given push Secret, the id and the chart's namespace do not matter", () => {
  const chart = new Chart(Testing.app(), 'chart');
  const pushSecret = PushSecret.fromSecretName(chart, 'push', 'there-already');
  const registry = new DockerHubRegistry(chart, 'DockerHub', { target: PushTarget.prefix('team'), pushSecret });
  expect(registry.pushSecretName).toBe('there-already');
});

test('for an id that cannot be a name, the error proposes `name`', () => {
  expect(() => new DockerHubRegistry(newChart(), 'DockerHub', { target: PushTarget.prefix('team'), ...login })).toThrow(
    /name: "DockerHub" is not a valid registry name: expected .* at most 40 characters; the id of the construct is the default: pass `name` to choose another$/m,
  );
});

test('the Secret goes into a volume of cdk8s-plus', () => {
  const chart = newChart();
  const registry = new DockerHubRegistry(chart, 'r', { ...login, target });
  const pod = new kplus.Pod(chart, 'pod', { containers: [{ image: 'builder' }] });
  pod.addVolume(kplus.Volume.fromSecret(chart, 'volume', registry.pushSecret.secret));
  expect(JSON.stringify(Testing.synth(chart))).toContain('"secretName":"r-push-secret"');
});

test('labels of the chart reach every object and pod, but not the Secret that the refresher writes', () => {
  const chart = newChart();
  new EcrRegistry(chart, 'ecr', { address, target, alert: {} });
  const hub = new DockerHubRegistry(chart, 'hub', { target, ...login });
  new CustomImageConfigMap(chart, 'settings', { settings: hub.settings, configMapName: 'hub-custom-image' });
  const objects = manifests<Workload>(chart);
  expect(objects.map(({ kind }) => kind).sort()).toEqual(
    ['ConfigMap', 'CronJob', 'Job', 'PrometheusRule', 'Role', 'RoleBinding', 'Secret', 'ServiceAccount'].sort(),
  );
  for (const { metadata } of objects) expect(metadata.labels).toMatchObject({ team: 'ml' });
  for (const workload of objects.filter(({ kind }) => kind === 'CronJob' || kind === 'Job')) {
    const template = podTemplate(workload);
    expect(template.metadata).toMatchObject({ labels: { team: 'ml' } });
    // The script contains the Secret's manifest.
    expect(JSON.stringify(template.spec)).not.toMatch(/"team"|"ml"/);
  }
});

test('two of the same kind work side by side', () => {
  const chart = newChart();
  for (const id of ['one', 'two']) {
    new EcrRegistry(chart, `ecr-${id}`, { address, target, identity: AwsIdentity.podIdentity() });
    const harbor = new ContainerRegistry(chart, `harbor-${id}`, {
      host: 'harbor.example.com',
      target,
      ...login,
    });
    new CustomImageConfigMap(chart, `settings-${id}`, { settings: harbor.settings, configMapName: `harbor-${id}` });
    kplus.Volume.fromSecret(chart, `volume-${id}`, harbor.pushSecret.secret);
  }
  const names = manifests<Workload>(chart).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(2 * 7);
});

test('one registry twice, and one Secret in two volumes, in separate scopes', () => {
  const app = new App();
  for (const id of ['hub-a', 'hub-b']) {
    const chart = new Chart(app, id, { namespace: id });
    const registry = new DockerHubRegistry(chart, 'registry', { target, ...login });
    kplus.Volume.fromSecret(chart, 'volume', registry.pushSecret.secret);
    expect(manifests<Workload>(chart)).toMatchObject([
      { kind: 'Secret', metadata: { name: 'registry-push-secret', namespace: id } },
    ]);
  }
});

test.each<[string, (chart: Chart) => void, string[]]>([
  [
    'two push Secrets',
    (chart) => {
      for (const id of ['first', 'second']) {
        new PushSecret(chart, id, {
          secretName: 'same',
          logins: [RegistryLogin.of({ host: 'docker.io', ...login })],
        });
      }
    },
    ["'chart/first'", "'chart/second/"],
  ],
  [
    'a push Secret and a refresher',
    (chart) => {
      new PushSecret(chart, 'mine', {
        secretName: 'same',
        logins: [RegistryLogin.of({ host: 'docker.io', ...login })],
      });
      new EcrTokenRefresher(chart, 'refresher', { secretName: 'same', registries: [address] });
    },
    ["'chart/mine'", "'chart/refresher'"],
  ],
  [
    'a push Secret and a Secret of the caller',
    (chart) => {
      new PushSecret(chart, 'mine', {
        secretName: 'same',
        logins: [RegistryLogin.of({ host: 'docker.io', ...login })],
      });
      new kplus.Secret(chart, 'yours', { metadata: { name: 'same' } });
    },
    ["'chart/mine'", "'chart/yours/"],
  ],
])('%s with the same name in one namespace: an error that names both', (_, make, paths) => {
  const app = new App({ outdir: temporaryFolder() });
  make(newChart(app));
  for (const wanted of ['the Secret hub/same is made twice', ...paths]) expect(() => app.synth()).toThrow(wanted);
});

test('the same name in two charts of one namespace is found, in two namespaces it is fine', () => {
  const collide = (other: string) => {
    const app = new App({ outdir: temporaryFolder() });
    for (const [id, namespace] of [
      ['one', 'hub'],
      ['two', other],
    ]) {
      const chart = new Chart(app, id, { namespace });
      new DockerHubRegistry(chart, 'registry', { target, ...login });
    }
    return () => app.synth();
  };
  expect(collide('labs')).not.toThrow();
  expect(collide('hub')).toThrow(/'one\/registry\/push-secret' and 'two\/registry\/push-secret/);
});

test('any generated field can be patched, and the first Job gets a new name', () => {
  const jobOf = (patch?: JsonPatch) => {
    const chart = newChart();
    const { tokenRefresher } = new EcrRegistry(chart, 'ecr', { address, target });
    if (patch) ApiObject.of(tokenRefresher!.firstJob).addJsonPatch(patch);
    return manifests<Workload>(chart).find(({ kind }) => kind === 'Job')!;
  };
  const patched = jobOf(JsonPatch.replace('/spec/backoffLimit', 2));
  expect(patched.spec).toMatchObject({ backoffLimit: 2 });
  expect(patched.metadata.name).toMatch(/^ecr-token-[0-9a-f]{8}$/);
  expect(patched.metadata.name).not.toBe(jobOf().metadata.name);
});

test('each object of a registry can be patched through its construct', () => {
  const chart = newChart();
  new EcrRegistry(chart, 'ecr', { address, target, alert: {} });
  new DockerHubRegistry(chart, 'hub', { target, ...login });
  const objects = chart.node.findAll().filter((node) => ApiObject.isApiObject(node));
  for (const object of objects) {
    object.addJsonPatch(JsonPatch.add('/metadata/annotations', { patched: 'yes' }));
  }
  for (const { metadata } of manifests<Workload>(chart))
    expect(metadata).toMatchObject({ annotations: { patched: 'yes' } });
});
