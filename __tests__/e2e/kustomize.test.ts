import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './support/api-client';
import { ControlPlane } from './support/control-plane';
import type { Workload } from './support/ecr';
import { ArgoCD, Flux, type SyncResult } from './support/gitops';
import { type Outcome, run } from './support/process';
import { annotate, each, Registries, subject } from './support/synth';
import { tool } from './support/tools';

// Applies dist/ with kustomize: an `images:` transformer in kubectl and Flux, Flux's substitution, kubectl's ApplySets.

jest.setTimeout(120_000);

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const FORCE = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };
const NO_SUBSTITUTION = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };

let plane: ControlPlane;
let namespaces = 0;
const folders: Registries[] = [];

beforeAll(async () => {
  plane = await ControlPlane.start();
});

afterAll(async () => {
  await plane?.stop();
  folders.forEach((folder) => folder.close());
});

interface Prepared {
  readonly namespace: string;
  readonly registries: Registries;
  readonly objects: KubernetesObject[];
}

/** Creates a namespace, and `dist/` for it: a refresher, and a registry whose Secret exists. */
async function prepare(): Promise<Prepared> {
  const namespace = `hub-${(namespaces += 1)}`;
  await plane.createNamespace(namespace);
  const registries = new Registries();
  folders.push(registries);
  registries.write(
    'ecr',
    `
targetNamespace: ${namespace}
aws: { account: '123456789012', region: eu-west-1 }
customImage:
  registryEndpoint: https://${ECR}
  pushRepo: ${ECR}/notebooks
`,
  );
  registries.write(
    'quay',
    `
targetNamespace: ${namespace}
customImage: { registryEndpoint: quay.io, pushRepo: quay.io/team/notebooks, pushSecretName: quay }
`,
  );
  return { namespace, registries, objects: await registries.synth() };
}

function ofKind(objects: KubernetesObject[], kind: string): Workload {
  return objects.find((object) => object.kind === kind) as Workload;
}

/** The image of the container that fetches the tokens, unchanged or with another tag. */
function tokenImage(objects: KubernetesObject[]): { name: string; tag: string } {
  const [, name, tag] = /^(.+):([^:]+)$/.exec(imagesOf(ofKind(objects, 'Job'))[0])!;
  return { name, tag };
}

function imagesOf({ spec }: Workload): string[] {
  const pod = (spec.template ?? spec.jobTemplate!.spec.template).spec;
  return [...(pod.initContainers ?? []), ...pod.containers].map(({ image }) => image);
}

/** Copies the files directly in `dist/`, which kubectl and Flux read, into another folder. */
function copyOf({ registries }: Prepared, name: string): string {
  const folder = join(registries.folder, name);
  mkdirSync(folder);
  for (const file of readdirSync(registries.dist).filter((one) => one.endsWith('.yaml'))) {
    copyFileSync(join(registries.dist, file), join(folder, file));
  }
  return folder;
}

describe('kubectl apply -k with an images transformer', () => {
  let prepared: Prepared;
  let folder: string;
  let image: string;

  beforeAll(async () => {
    prepared = await prepare();
    folder = copyOf(prepared, 'kustomized');
    image = tokenImage(prepared.objects).name;
  });

  /** What kubectl did with each kind of object, and its errors. */
  async function apply(tag: string): Promise<{ changes: string[]; outcome: Outcome }> {
    const resources = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
    const kustomization = { resources, images: [{ name: image, newTag: tag }] };
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    const outcome = await plane.tryKubectl(['apply', '-k', folder]);
    return { changes: outcome.stdout.trim().split('\n'), outcome };
  }

  const live = async (kind: string): Promise<Workload> => {
    const { name } = ofKind(prepared.objects, kind).metadata;
    return (await plane.find<Workload>(kind, name, prepared.namespace))!;
  };

  test('creates each object, the first Job with this image, and changes nothing the second time', async () => {
    const first = await apply('1.0.0');
    expect(first.outcome).toMatchObject({ code: 0, stderr: '' });
    expect(first.changes).toEqual(prepared.objects.map(() => expect.stringMatching(/ created$/) as string));
    expect(imagesOf(await live('Job'))).toContain(`${image}:1.0.0`);

    const second = await apply('1.0.0');
    expect(second.outcome).toMatchObject({ code: 0, stderr: '' });
    expect(second.changes).toEqual(prepared.objects.map(() => expect.stringMatching(/ unchanged$/) as string));
  });

  test('with another tag the first Job is refused, as it keeps its name, but the CronJob is updated', async () => {
    const { changes, outcome } = await apply('2.0.0');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/The Job ".*" is invalid: spec.template: Invalid value: .*field is immutable/s);
    expect(changes).toHaveLength(prepared.objects.length - 1);
    expect(imagesOf(await live('CronJob'))).toContain(`${image}:2.0.0`);
    expect(imagesOf(await live('Job'))).toContain(`${image}:1.0.0`);
  });
});

describe('Flux with an images transformer', () => {
  /** Applies with one tag, then with another. */
  async function syncTwice(force: boolean): Promise<{ objects: KubernetesObject[]; second: object }> {
    const prepared = await prepare();
    const folder = copyOf(prepared, 'flux');
    if (!force) annotate(folder, ['Job'], FORCE, false);
    const flux = new Flux(plane, prepared.namespace);
    const { name } = tokenImage(prepared.objects);
    flux.spec = { images: [{ name, newTag: '1.0.0' }] };
    expect(await flux.sync(folder)).toMatchObject({ changes: each(prepared.objects, 'created') });
    flux.spec = { images: [{ name, newTag: '2.0.0' }] };
    return { objects: prepared.objects, second: await flux.sync(folder) };
  }

  test('replaces the first Job if it is annotated with force', async () => {
    const { objects, second } = await syncTwice(true);
    expect(second).toMatchObject({
      changes: {
        ...each(objects, 'unchanged'),
        [subject(ofKind(objects, 'CronJob'))]: 'configured',
        [subject(ofKind(objects, 'Job'))]: 'created',
      },
    });
  });

  test('stops at the first Job without the annotation', async () => {
    const { second } = await syncTwice(false);
    expect(second).toMatchObject({ error: expect.stringMatching(/Job.*field is immutable/s) as string, changes: {} });
  });
});

test('Argo CD fails at the first Job with another image, and applies the rest', async () => {
  const prepared = await prepare();
  const folder = copyOf(prepared, 'sources');
  const built = join(prepared.registries.folder, 'built');
  mkdirSync(built);
  const { name } = tokenImage(prepared.objects);
  const argocd = new ArgoCD(plane, prepared.namespace);
  const sync = async (newTag: string): Promise<SyncResult> => {
    const resources = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ resources, images: [{ name, newTag }] }));
    writeFileSync(join(built, 'all.yaml'), await plane.kubectl(['kustomize', folder]));
    return argocd.sync(built);
  };
  expect(await sync('1.0.0')).toMatchObject({ changes: each(prepared.objects, 'created') });
  expect(await sync('2.0.0')).toMatchObject({
    changes: {
      [subject(ofKind(prepared.objects, 'CronJob'))]: 'configured',
      [subject(ofKind(prepared.objects, 'Job'))]: expect.stringContaining('field is immutable') as string,
    },
  });
});

describe('Flux with a substitution', () => {
  const postBuild = { substitute: { cluster: 'production' } };

  test('does not change the objects with the script if they are annotated', async () => {
    const prepared = await prepare();
    const folder = copyOf(prepared, 'flux');
    const flux = new Flux(plane, prepared.namespace);
    flux.spec = { postBuild };
    expect(await flux.sync(folder)).toMatchObject({ changes: each(prepared.objects, 'created') });
    // byte by byte, as without a substitution nothing changes
    flux.spec = {};
    expect(await flux.sync(folder)).toMatchObject({ changes: each(prepared.objects, 'unchanged') });
  });

  test('fails at the script without the annotation', async () => {
    const prepared = await prepare();
    const folder = copyOf(prepared, 'flux');
    annotate(folder, ['Job', 'CronJob'], NO_SUBSTITUTION, false);
    const flux = new Flux(plane, prepared.namespace);
    flux.spec = { postBuild };
    const { error, changes } = await flux.sync(folder);
    expect(error).toMatch(/variable substitution failed|missing closing brace/);
    expect(changes).toEqual({});
  });
});

describe('kubectl apply --prune --applyset', () => {
  let prepared: Prepared;

  beforeAll(async () => {
    prepared = await prepare();
  });

  async function apply(): Promise<string[]> {
    const { namespace, registries } = prepared;
    const flags = ['--prune', '--applyset=configmaps/image-registries', '-n', namespace, '-f', registries.dist];
    const env = { PATH: process.env.PATH!, HOME: plane.folder, KUBECONFIG: plane.kubeconfig, KUBECTL_APPLYSET: 'true' };
    const { code, stdout, stderr } = await run(tool('kubectl'), ['apply', ...flags], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('rror') as string });
    return stdout.trim().split('\n');
  }

  test('creates each object, and changes nothing the second time', async () => {
    expect(await apply()).toEqual(prepared.objects.map(() => expect.stringMatching(/ created$/) as string));
    expect(await apply()).toEqual(prepared.objects.map(() => expect.stringMatching(/ unchanged$/) as string));
  });

  test('prunes the objects of a removed values file, except the Secret of the refresher', async () => {
    const { namespace, registries, objects } = prepared;
    // like the refresher, which writes it server-side and in no set
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ecr-push-secret', namespace } };
    await plane.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(secret) });
    registries.remove('ecr');
    const rest = await registries.synth();

    const lines = await apply();

    expect(lines.filter((line) => line.endsWith(' unchanged'))).toHaveLength(rest.length);
    expect(lines.filter((line) => line.endsWith(' pruned'))).toHaveLength(objects.length - rest.length);
    expect(await plane.find('secret', 'ecr-push-secret', namespace)).toBeDefined();
  });
});
