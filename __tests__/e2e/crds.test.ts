import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from '../support/load-all';
import { REPOSITORY, runApp } from '../support/run-app';
import { plausibleCiphertext } from '../support/sealed';
import { ControlPlane } from './support/control-plane';
import { type Outcome, removeFolder, temporaryFolder } from './support/process';

// Applies the operators' objects to a real API server, without their definitions and with ours.

jest.setTimeout(180_000);

const LOGIN = 'registryUsername: user';
const VALUES = {
  external: `
customImage:
  registryEndpoint: docker.io
  ${LOGIN}
  registryPasswordFrom: { externalSecret: { store: vault, key: ci/registry, property: token, refreshInterval: 90m } }
  pushRepo: docker.io/acme/notebooks
`,
  sealed: `
customImage:
  registryEndpoint: https://harbor.example.com
  ${LOGIN}
  registryPasswordFrom:
    sealed:
      scope: namespace-wide
      secretName: sealed-push-secret
      host: harbor.example.com
      username: user
      encryptedData: { hub: ${plausibleCiphertext()} }
  pushRepo: harbor.example.com/acme/notebooks
`,
  ecr: `
aws: { account: '123456789012', region: eu-west-1, alert: { labels: { release: prometheus } } }
customImage:
  registryEndpoint: https://123456789012.dkr.ecr.eu-west-1.amazonaws.com
  pushRepo: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/notebooks
`,
};
/** The operators' objects in the output of the app for these values files. */
const KINDS = ['ExternalSecret', 'SealedSecret', 'PrometheusRule'];

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: unknown;
}

let cluster: ControlPlane;
let folder: string;
let objects: KubernetesObject[];

beforeAll(async () => {
  folder = temporaryFolder('crds');
  const registries = join(folder, 'registries');
  mkdirSync(registries);
  for (const [name, text] of Object.entries(VALUES)) writeFileSync(join(registries, `${name}.yaml`), text);
  const dist = join(folder, 'dist');
  expect(runApp([registries], { CDK8S_OUTDIR: dist, REQUIRE_PASSWORDS: '1' })).toMatchObject({ status: 0 });
  objects = Object.keys(VALUES).flatMap((name) => loadAll<KubernetesObject>(join(dist, `${name}.k8s.yaml`)));
  cluster = await ControlPlane.start();
  await cluster.createNamespace('hub');
});

afterAll(async () => {
  await cluster?.stop();
  removeFolder(folder);
});

function applyDist(): Promise<Outcome> {
  return cluster.tryKubectl(['apply', '-f', join(folder, 'dist')]);
}

function find({ kind, metadata }: KubernetesObject): Promise<KubernetesObject | undefined> {
  return cluster.find<KubernetesObject>(kind, metadata.name, metadata.namespace);
}

// These tests build on each other: the same dist/ is applied before and after the cluster gets its operators.

test('without the definitions, kubectl refuses only these objects, with exit status 1', async () => {
  const { code, stderr } = await applyDist();

  expect(code).toBe(1);
  for (const kind of KINDS) expect(stderr).toContain(`no matches for kind "${kind}"`);
  expect(stderr.match(/no matches for kind/g)).toHaveLength(KINDS.length);
  const others = objects.filter(({ kind }) => !KINDS.includes(kind));
  expect(others.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['ConfigMap', 'CronJob', 'Role']));
  for (const other of others) expect(await find(other)).toBeDefined();
});

test('the API server accepts the definitions of crds/ without a warning about a schema', async () => {
  const crds = join(REPOSITORY, 'crds');
  await cluster.kubectl(['apply', '-f', crds]);
  const established = ['wait', '--for=condition=Established', '--timeout=60s', '-f', crds];
  await cluster.kubectl(established);
  const { items } = await cluster.api.get<{ items: Definition[] }>(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  );
  expect(items).toHaveLength(KINDS.length);
  for (const { status } of items) {
    expect(status.conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
  }
});

interface Definition {
  readonly status: { readonly conditions: { readonly type: string }[] };
}

test("with the definitions every object is accepted, and a second run does not change the operators' objects", async () => {
  const first = await applyDist();
  expect(first).toMatchObject({ code: 0, stderr: '' });

  const { code, stdout } = await applyDist();

  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(objects.length);
  for (const kind of KINDS)
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${kind}.* unchanged$`, 'i')));
});

test.each(KINDS)('%s: the server keeps every field and adds no default', async (kind) => {
  const object = objects.find((other) => other.kind === kind)!;

  expect((await find(object))?.spec).toEqual(object.spec);
});

test.each(KINDS)('%s: a field that the definition does not have is refused', async (kind) => {
  const object = objects.find((other) => other.kind === kind)!;
  const input = JSON.stringify({ ...object, spec: { ...(object.spec as object), unheardOf: true } });

  const { code, stderr } = await cluster.tryKubectl(['apply', '-f', '-'], { input });

  expect(code).toBe(1);
  expect(stderr).toContain('unknown field "spec.unheardOf"');
});
