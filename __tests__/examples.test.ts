import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AwsIdentity,
  ContainerRegistry,
  CustomImageConfigMap,
  DockerHubRegistry,
  EcrRegistry,
  EcrTokenRefresher,
  PasswordSource,
  PushSecret,
  PushTarget,
} from 'primehub-image-registries';
import { parseAllDocuments } from 'yaml';
import { REPOSITORY, readTree, temporaryFolder } from './support/run-app';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec?: unknown;
  readonly data?: Record<string, string>;
}

const account = '123456789012';
const region = 'eu-west-1';
const target = PushTarget.repository('team/notebooks');
const password = PasswordSource.fromPlaintext('only-in-the-test');

function chartOf(app = new App(), id = 'chart'): Chart {
  return new Chart(app, id, { namespace: 'hub', labels: { team: 'ml' } });
}

function synth(chart: Chart): Manifest[] {
  return Testing.synth(chart) as Manifest[];
}

describe('examples/primehub', () => {
  const files: Record<string, Manifest[]> = {};

  beforeAll(() => {
    const [bin, out] = [temporaryFolder(), temporaryFolder()];
    // The end-to-end tests render its chart with the real one.
    fs.writeFileSync(
      path.join(bin, 'helm'),
      '#!/bin/sh\necho "{apiVersion: v1, kind: Service, metadata: {name: $4}}"\n',
      {
        mode: 0o755,
      },
    );
    const run = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
      cwd: path.join(REPOSITORY, 'examples/primehub'),
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env.PATH}`, CDK8S_OUTDIR: out },
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    for (const [file, text] of Object.entries(readTree(out))) {
      files[file] = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    }
  });

  const find = (file: string, kind: string, name?: string): Manifest =>
    files[file].find((object) => object.kind === kind && (name === undefined || object.metadata.name === name))!;

  test('writes a file per chart: the refresher stands apart from the settings', () => {
    expect(Object.keys(files)).toEqual(['ecr-token.k8s.yaml', 'hub.k8s.yaml', 'labs.k8s.yaml']);
    expect(files['ecr-token.k8s.yaml'].map(({ kind }) => kind).sort()).toEqual([
      'CronJob',
      'Job',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
  });

  test.each([
    [
      'hub.k8s.yaml',
      'primehub',
      'ecr-push-secret',
      { pushRepoPrefix: `${account}.dkr.ecr.${region}.amazonaws.com/notebooks` },
    ],
    ['labs.k8s.yaml', 'vision', 'labs-push-secret', { pushRepoPrefix: 'harbor.example.com:8443/vision' }],
    ['labs.k8s.yaml', 'speech', 'labs-push-secret', { pushRepo: 'docker.io/primehublabs/speech' }],
  ])('%s: %s has the settings in its larger config.yaml, and mounts %s', (file, name, pushSecretName, settings) => {
    const config = find(file, 'ConfigMap', `${name}-controller-config`);
    expect(JSON.parse(config.data!['config.yaml'])).toMatchObject({
      ingress: { host: `${name}.example.com` },
      customImage: { enabled: true, pushSecretName, ...settings },
    });
    const { volumes } = podSpec(find(file, 'Deployment', `${name}-controller`));
    expect(volumes).toContainEqual(expect.objectContaining({ secret: { secretName: pushSecretName } }));
  });

  test('labs share one Secret with two logins', () => {
    const secrets = files['labs.k8s.yaml'].filter(({ kind }) => kind === 'ExternalSecret');
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(['labs-push-secret']);
    expect(JSON.stringify(secrets[0].spec)).toContain('harbor.example.com:8443');
    expect(JSON.stringify(secrets[0].spec)).toContain('https://index.docker.io/v1/');
  });

  test('the patches reach both pods', () => {
    for (const kind of ['CronJob', 'Job']) {
      expect(podSpec(find('ecr-token.k8s.yaml', kind))).toMatchObject({ runtimeClassName: 'gvisor' });
    }
  });

  test('the labels reach every object', () => {
    for (const { metadata } of Object.values(files).flat()) {
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'primehub' });
    }
  });

  test('no Secret of two PrimeHubs is in the other file', () => {
    expect(JSON.stringify(files['hub.k8s.yaml'])).not.toContain('labs-push-secret');
    expect(JSON.stringify(files['labs.k8s.yaml'])).not.toContain('ecr-push-secret');
  });
});

interface PodSpec {
  readonly volumes: unknown[];
}
interface Workload {
  readonly template?: { readonly metadata?: Manifest['metadata']; readonly spec: PodSpec };
  readonly jobTemplate?: { readonly metadata?: Manifest['metadata']; readonly spec: Workload };
}

function podTemplate({ spec }: Manifest): NonNullable<Workload['template']> {
  const workload = spec as Workload;
  return (workload.template ?? workload.jobTemplate?.spec.template)!;
}

function podSpec(manifest: Manifest): PodSpec {
  return podTemplate(manifest).spec;
}

describe('composing', () => {
  test('labels of the chart reach every object and pod, but not the Secret that the refresher writes', () => {
    const chart = chartOf();
    new EcrRegistry(chart, 'ecr', { account, region, target, alert: {} });
    const hub = new DockerHubRegistry(chart, 'hub', { target, username: 'primehubci', password });
    new CustomImageConfigMap(chart, 'settings', { settings: hub.settings, configMapName: 'hub-custom-image' });
    const objects = synth(chart);
    expect(objects.map(({ kind }) => kind).sort()).toEqual(
      ['ConfigMap', 'CronJob', 'Job', 'PrometheusRule', 'Role', 'RoleBinding', 'Secret', 'ServiceAccount'].sort(),
    );
    for (const { metadata } of objects) expect(metadata.labels).toMatchObject({ team: 'ml' });
    for (const workload of objects.filter(({ kind }) => kind === 'CronJob' || kind === 'Job')) {
      const template = podTemplate(workload);
      expect(template.metadata).toMatchObject({ labels: { team: 'ml' } });
      // The manifest of the Secret is made in there.
      expect(JSON.stringify(template.spec)).not.toMatch(/team|ml"/);
    }
  });

  test('two of the same kind stand side by side', () => {
    const chart = chartOf();
    for (const id of ['one', 'two']) {
      new EcrRegistry(chart, `ecr-${id}`, { account, region, target, identity: AwsIdentity.podIdentity() });
      const harbor = new ContainerRegistry(chart, `harbor-${id}`, {
        host: 'harbor.example.com',
        target,
        username: 'robot$ci',
        password,
      });
      new CustomImageConfigMap(chart, `settings-${id}`, { settings: harbor.settings, configMapName: `harbor-${id}` });
      kplus.Volume.fromSecret(chart, `volume-${id}`, harbor.pushSecret.secret);
    }
    const names = synth(chart).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(2 * 7);
  });

  test('one registry twice, and one Secret in two volumes, in scopes of their own', () => {
    const app = new App();
    for (const id of ['hub-a', 'hub-b']) {
      const chart = new Chart(app, id, { namespace: id });
      const registry = new DockerHubRegistry(chart, 'registry', { target, username: 'primehubci', password });
      kplus.Volume.fromSecret(chart, 'volume', registry.pushSecret.secret);
      expect(synth(chart)).toMatchObject([
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
            logins: [{ host: 'docker.io', username: 'primehubci', password }],
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
          logins: [{ host: 'docker.io', username: 'ci', password }],
        });
        new EcrTokenRefresher(chart, 'refresher', { secretName: 'same', registries: [{ account, region }] });
      },
      ["'chart/mine'", "'chart/refresher'"],
    ],
    [
      'a push Secret and a Secret of the caller',
      (chart) => {
        new PushSecret(chart, 'mine', {
          secretName: 'same',
          logins: [{ host: 'docker.io', username: 'ci', password }],
        });
        new kplus.Secret(chart, 'yours', { metadata: { name: 'same' } });
      },
      ["'chart/mine'", "'chart/yours/"],
    ],
  ])('%s of one name in one namespace: an error that names both', (_, make, paths) => {
    const app = new App({ outdir: temporaryFolder() });
    make(chartOf(app));
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
        new DockerHubRegistry(chart, 'registry', { target, username: 'primehubci', password });
      }
      return () => app.synth();
    };
    expect(collide('labs')).not.toThrow();
    expect(collide('hub')).toThrow(/'one\/registry\/push-secret' and 'two\/registry\/push-secret/);
  });

  test('any generated field can be patched, and the name of the first Job follows', () => {
    const jobOf = (patch?: JsonPatch) => {
      const chart = chartOf();
      const { tokenRefresher } = new EcrRegistry(chart, 'ecr', { account, region, target });
      if (patch) ApiObject.of(tokenRefresher!.firstJob).addJsonPatch(patch);
      return synth(chart).find(({ kind }) => kind === 'Job')!;
    };
    const patched = jobOf(JsonPatch.replace('/spec/backoffLimit', 2));
    expect(patched.spec).toMatchObject({ backoffLimit: 2 });
    expect(patched.metadata.name).toMatch(/^ecr-ecr-token-[0-9a-f]{8}$/);
    expect(patched.metadata.name).not.toBe(jobOf().metadata.name);
  });

  test('each object of a registry can be patched through its construct', () => {
    const chart = chartOf();
    new EcrRegistry(chart, 'ecr', { account, region, target, alert: {} });
    new DockerHubRegistry(chart, 'hub', { target, username: 'primehubci', password });
    const objects = chart.node.findAll().filter((node) => ApiObject.isApiObject(node));
    for (const object of objects) {
      object.addJsonPatch(JsonPatch.add('/metadata/annotations', { patched: 'yes' }));
    }
    for (const { metadata } of synth(chart)) expect(metadata).toMatchObject({ annotations: { patched: 'yes' } });
  });
});
