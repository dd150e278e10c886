import type { KubernetesObject } from './support/api-client';
import { dockerConfig, EcrCluster, type Installed, installed, type PushSecret } from './support/ecr';
import { ArgoCD, Flux, type GitOps, type SyncResult } from './support/gitops';
import { definitions } from './support/tools';
import { each, Registries, subject } from './support/synth';

// Argo CD's and Flux's own engines apply dist/, with pruning on, while the refresher works.

jest.setTimeout(120_000);

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const CIPHERTEXT = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(700, 'x')]).toString('base64');

const valuesFiles = (namespace: string): Record<string, string> => ({
  ecr: ecrValues(namespace),
  harbor: `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: harbor.example.com
  registryUsername: robot$ci
  registryPasswordFrom: { externalSecret: { store: vault, key: harbor } }
  pushRepo: harbor.example.com/ml/notebooks
`,
  quay: `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: quay.io
  registryUsername: team+ci
  registryPasswordFrom:
    sealed:
      scope: strict
      secretName: quay-push-secret
      host: quay.io
      username: team+ci
      encryptedData: { ${namespace}: ${CIPHERTEXT} }
  pushRepo: quay.io/team/notebooks
`,
});

const ecrValues = (namespace: string, more = ''): string => `
targetNamespace: ${namespace}
aws: { account: '123456789012', region: eu-west-1${more} }
customImage:
  registryEndpoint: https://${ECR}
  pushRepo: ${ECR}/notebooks
  pushSecretName: aws-registry
`;

let cluster: EcrCluster;
const folders: Registries[] = [];

beforeAll(async () => {
  cluster = await EcrCluster.start();
  for (const operator of ['external-secrets', 'sealed-secrets']) {
    await cluster.plane.kubectl(['apply', '--server-side', '-f', definitions(operator)]);
  }
});

afterAll(async () => {
  await cluster?.stop();
  folders.forEach((folder) => folder.close());
});

/** Creates a namespace, and `dist/` for it. */
async function prepare(): Promise<{ namespace: string; registries: Registries; objects: KubernetesObject[] }> {
  const namespace = await cluster.namespace();
  const registries = new Registries();
  folders.push(registries);
  for (const [name, values] of Object.entries(valuesFiles(namespace))) registries.write(name, values);
  return { namespace, registries, objects: await registries.synth() };
}

/** Finds the refresher among the objects. */
function refresherOf(objects: KubernetesObject[], folder: string): Installed {
  return installed({ folder, objects, stderr: '', iamPolicy: '' });
}

const differing = (before: KubernetesObject[], after: KubernetesObject[]): KubernetesObject[] =>
  before.filter((object) => !after.some((other) => subject(other) === subject(object)));

describe.each([
  ['Argo CD', ArgoCD],
  ['Flux', Flux],
] as const)('%s', (_, Engine) => {
  let namespace: string;
  let registries: Registries;
  let objects: KubernetesObject[];
  let refresher: Installed;
  let engine: GitOps;

  beforeAll(async () => {
    ({ namespace, registries, objects } = await prepare());
    refresher = refresherOf(objects, registries.dist);
    engine = new Engine(cluster.plane, namespace);
  });

  const sync = (): Promise<SyncResult> => engine.sync(registries.dist);

  async function secret(): Promise<PushSecret> {
    const found = await cluster.secret(namespace, 'aws-registry');
    if (found === undefined) throw new Error('the Secret is gone');
    return found;
  }

  async function nothingHappens(now = objects): Promise<void> {
    const { changes, outOfSync = [], error } = await sync();
    expect({ changes, outOfSync, error }).toEqual({ changes: each(now, 'unchanged'), outOfSync: [], error: undefined });
  }

  test('creates each object', async () => {
    expect(await sync()).toMatchObject({ changes: each(objects, 'created') });
  });

  test('changes nothing the second time', async () => {
    await nothingHappens();
  });

  test('leaves the finished first Job and the Secret that it wrote', async () => {
    await cluster.completeFirstJob(refresher);
    const before = await secret();
    await nothingHappens();
    expect(await secret()).toEqual(before);
  });

  test('leaves a Secret that was refreshed in the meantime, and the Job that refreshed it', async () => {
    const before = await secret();
    await cluster.refresh(refresher);
    const refreshed = await secret();
    expect(dockerConfig(refreshed)).not.toEqual(dockerConfig(before));
    await nothingHappens();
    expect(await secret()).toEqual(refreshed);
  });

  test('creates a removed first Job again, and changes nothing else', async () => {
    const before = await secret();
    await cluster.plane.kubectl(['delete', 'job', refresher.firstJob, '-n', namespace]);
    const { changes } = await sync();
    const isJob = ({ kind }: KubernetesObject): boolean => kind === 'Job';
    expect(changes).toEqual({
      ...each(objects, 'unchanged'),
      ...each(objects.filter(isJob), 'created'),
    });
    expect(await secret()).toEqual(before);
    await nothingHappens();
  });

  test('replaces the first Job if its pod changes', async () => {
    const before = await secret();
    registries.write('ecr', ecrValues(namespace, ', pod: { nodeSelector: { kubernetes.io/os: linux } }'));
    const changed = await registries.synth();
    const { changes, error } = await sync();
    expect(error).toBeUndefined();
    const [added, gone] = [differing(changed, objects), differing(objects, changed)];
    expect([added, gone].map((some) => some.map(({ kind }) => kind))).toEqual([['Job'], ['Job']]);
    expect(changes).toMatchObject({ ...each(added, 'created'), ...each(gone, expectPruned(engine)) });
    expect(await secret()).toEqual(before);
    objects = changed;
    await nothingHappens();
  });

  test('prunes the objects of a removed values file, except the Secret of the refresher', async () => {
    const before = await secret();
    registries.remove('ecr');
    const rest = await registries.synth();
    const { changes, error } = await sync();
    expect(error).toBeUndefined();
    expect(changes).toEqual({
      ...each(rest, 'unchanged'),
      ...each(differing(objects, rest), expectPruned(engine)),
    });
    expect(await secret()).toEqual(before);
    await nothingHappens(rest);
  });
});

function expectPruned(engine: GitOps): string {
  return engine instanceof Flux ? 'deleted' : 'pruned';
}
