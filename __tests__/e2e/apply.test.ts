import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './support/api-client';
import { ControlPlane } from './support/control-plane';
import { removeFolder, run, temporaryFolder } from './support/process';
import { program } from '../support/run-app';

// Applies dist/ with all kinds of objects, by `kubectl apply -f` and by server-side apply, each twice, to a real API
// server that has the operators' kinds.

jest.setTimeout(60_000);

const ROOT = join(__dirname, '../..');

/** Every form of push Secret, and the refresher of each cloud. The ciphertext is not a real one, but nothing here opens it. */
const valuesFiles = (namespace: string): Record<string, string> => ({
  dockerhub: `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: docker.io
  registryUsername: exampleteam
  registryPasswordFrom: { env: DOCKERHUB_TOKEN }
  pushRepo: docker.io/exampleteam/notebooks
`,
  acr: `
targetNamespace: ${namespace}
azure:
  tenantId: 72f988bf-86f1-41af-91ab-2d7cd011db47
  clientId: 8a9c4b5e-1f2d-4c3b-9a8e-0d1c2b3a4f5e
  alert: { labels: { release: prometheus } }
  pod: { caConfigMap: corporate-ca, curlEnv: { HTTPS_PROXY: 'http://proxy.example.com:3128' } }
customImage:
  registryEndpoint: https://acmeml.azurecr.io
  pushRepo: acmeml.azurecr.io/ml/notebooks
`,
  gar: `
targetNamespace: ${namespace}
google:
  workloadIdentityProvider: projects/123456789012/locations/global/workloadIdentityPools/clusters/providers/hub-cluster
  serviceAccount: image-push@example-project.iam.gserviceaccount.com
  pod: { runAsUser: cluster }
customImage:
  registryEndpoint: https://europe-west1-docker.pkg.dev
  pushRepo: europe-west1-docker.pkg.dev/example-project/notebooks/custom
`,
  ecr: `
targetNamespace: ${namespace}
aws:
  account: '123456789012'
  region: eu-west-1
  roleArn: arn:aws:iam::123456789012:role/ecr-push
  ensureRepository: true
  alert: { labels: { release: prometheus } }
  pod:
    imagePullSecrets: [mirror]
    tolerations: [{ key: dedicated, operator: Equal, value: builds, effect: NoSchedule }]
    caConfigMap: corporate-ca
    awsEnv: { HTTPS_PROXY: 'http://proxy.example.com:3128' }
customImage:
  registryEndpoint: https://123456789012.dkr.ecr.eu-west-1.amazonaws.com
  pushRepo: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/notebooks
  pushSecretName: aws-registry
`,
  harbor: `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: harbor.example.com:8443
  registryUsername: robot$ci
  registryPasswordFrom:
    externalSecret: { store: vault, storeKind: ClusterSecretStore, key: primehub/harbor, property: token }
  pushRepoPrefix: harbor.example.com:8443/team
`,
  quay: `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: quay.io
  registryUsername: exampleteam+ci
  registryPasswordFrom:
    sealed:
      scope: strict
      secretName: quay-push-secret
      host: quay.io
      username: exampleteam+ci
      encryptedData: { ${namespace}: ${Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(700, 'x')]).toString('base64')} }
  pushRepo: quay.io/exampleteam/notebooks
`,
});

interface Dist {
  readonly folder: string;
  readonly registries: string;
  readonly objects: KubernetesObject[];
}

let plane: ControlPlane;
const folders: string[] = [];

beforeAll(async () => {
  plane = await ControlPlane.start();
  await plane.kubectl(['apply', '-f', join(ROOT, 'crds')]);
  const kinds = [
    'externalsecrets.external-secrets.io',
    'sealedsecrets.bitnami.com',
    'prometheusrules.monitoring.coreos.com',
  ];
  await plane.kubectl(['wait', '--for=condition=Established', ...kinds.map((kind) => `crd/${kind}`)]);
});

afterAll(async () => {
  await plane?.stop();
  folders.forEach(removeFolder);
});

/** Writes dist/ for a new namespace. */
async function prepare(namespace: string): Promise<Dist> {
  await plane.createNamespace(namespace);
  const folder = temporaryFolder('apply');
  folders.push(folder);
  const registries = join(folder, 'registries');
  mkdirSync(registries);
  for (const [name, values] of Object.entries(valuesFiles(namespace))) {
    writeFileSync(join(registries, `${name}.yaml`), values);
  }
  return synth(registries, join(folder, 'dist'));
}

async function synth(registries: string, folder: string): Promise<Dist> {
  const env = { PATH: process.env.PATH!, CDK8S_OUTDIR: folder, DOCKERHUB_TOKEN: 'dckr_pat_only-in-the-test' };
  const { code, stderr } = await run(process.execPath, [program('main.ts'), registries], { cwd: ROOT, env });
  if (code !== 0) throw new Error(stderr);
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const objects = files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as KubernetesObject),
  );
  return { folder, registries, objects };
}

/** The output lines of one `kubectl apply`, which must not print warnings or errors. */
async function apply(dist: Dist, ...flags: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await plane.tryKubectl(['apply', ...flags, '-f', dist.folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim().split('\n');
}

/** One line for each object. */
function each({ objects }: Dist, verb: string): unknown[] {
  return objects.map(() => expect.stringMatching(new RegExp(` ${verb}$`)) as unknown);
}

/** The objects of dist/, as the API server has them now. */
async function live({ objects }: Dist): Promise<KubernetesObject[]> {
  const { namespace } = objects[0].metadata;
  const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const list = await plane.kubectl(['get', '-n', namespace!, '-o', 'json', ...names]);
  return (JSON.parse(list) as { items: KubernetesObject[] }).items;
}

/** The fields that show whether objects were written again. A Job's controller may write its status at any time. */
async function versions(dist: Dist): Promise<string[]> {
  return (await live(dist)).map(({ kind, metadata }) => {
    const { name, generation, resourceVersion } = metadata as { [key: string]: unknown };
    return `${kind}/${String(name)} ${String(/Job$/.test(String(kind)) ? generation : resourceVersion)}`;
  });
}

/** The content of an object that does not depend on its namespace or on how it was applied. */
function content({ kind, metadata, ...rest }: KubernetesObject): object {
  const { name, labels, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(
    ([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration',
  );
  const text = JSON.stringify({
    kind,
    name,
    labels,
    annotations: Object.fromEntries(kept),
    ...rest,
    status: undefined,
  });
  const anywhere = text
    .replaceAll(metadata.namespace!, '<namespace>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<uid>');
  return JSON.parse(anywhere) as object;
}

const SERVER_SIDE = ['--server-side', '--field-manager=gitops'];

describe('every way to apply', () => {
  let clientSide: Dist;
  let serverSide: Dist;

  beforeAll(async () => {
    clientSide = await prepare('hub-client');
    serverSide = await prepare('hub-server');
  });

  test('dist/ has all kinds of objects', () => {
    const kinds = [...new Set(clientSide.objects.map(({ kind }) => kind))].sort();
    expect(kinds).toEqual(
      [
        ...['ConfigMap', 'CronJob', 'ExternalSecret', 'Job', 'PrometheusRule', 'Role', 'RoleBinding', 'SealedSecret'],
        ...['Secret', 'ServiceAccount'],
      ].sort(),
    );
  });

  test('kubectl apply creates each object, and a second run changes none', async () => {
    expect(await apply(clientSide)).toEqual(each(clientSide, 'created'));
    const before = await versions(clientSide);
    expect(await apply(clientSide)).toEqual(each(clientSide, 'unchanged'));
    expect(await versions(clientSide)).toEqual(before);
    expect(await plane.tryKubectl(['diff', '-f', clientSide.folder])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('server-side apply creates each object, and a second run changes none', async () => {
    expect(await apply(serverSide, ...SERVER_SIDE)).toEqual(each(serverSide, 'serverside-applied'));
    const before = await versions(serverSide);
    expect(await apply(serverSide, ...SERVER_SIDE)).toEqual(each(serverSide, 'serverside-applied'));
    expect(await versions(serverSide)).toEqual(before);
    expect(await plane.tryKubectl(['diff', ...SERVER_SIDE, '-f', serverSide.folder])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('both lead to the same objects', async () => {
    const [one, other] = [await live(clientSide), await live(serverSide)];
    const byName = (a: KubernetesObject, b: KubernetesObject) =>
      `${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1;
    const unhashed = (object: KubernetesObject) =>
      JSON.parse(
        JSON.stringify(content(object))
          .replace(/-[0-9a-f]{8}"/g, '-<hash>"')
          .replace(/"[\d,/*-]+ \*(?:\/4)? \* \* \*"/g, '"<schedule>"'),
      ) as unknown;
    expect(one.sort(byName).map(unhashed)).toEqual(other.sort(byName).map(unhashed));
  });

  test('changing from one to the other changes no object', async () => {
    const before = (await live(clientSide)).map(content);
    expect(await apply(clientSide, ...SERVER_SIDE)).toEqual(each(clientSide, 'serverside-applied'));
    expect((await live(clientSide)).map(content)).toEqual(before);
  });
});

describe('removing a values file', () => {
  let namespace: string;
  let before: Dist;
  let after: Dist;

  beforeAll(async () => {
    namespace = 'hub-removed';
    before = await prepare(namespace);
    await apply(before);
    // the Secret that the refresher would have written
    await plane.kubectl(['create', 'secret', 'generic', 'aws-registry', '-n', namespace]);
    const label = 'app.kubernetes.io/managed-by=token-refresher';
    await plane.kubectl(['label', 'secret', 'aws-registry', '-n', namespace, label]);
    rmSync(join(before.registries, 'ecr.yaml'));
    after = await synth(before.registries, before.folder);
  });

  test('loses its files in dist/, and the other files stay the same', () => {
    const ofEcr = (object: KubernetesObject) => object.metadata.labels?.['app.kubernetes.io/name'] === 'ecr';
    expect(before.objects.filter(ofEcr)).toHaveLength(7);
    expect(after.objects).toEqual(before.objects.filter((object) => !ofEcr(object)));
  });

  test('leaves its objects in the cluster, where the label finds them', async () => {
    expect(await apply(after)).toEqual(each(after, 'unchanged'));
    expect(await live(before)).toHaveLength(before.objects.length);
    const kinds = 'configmap,cronjob,job,prometheusrule,role,rolebinding,secret,serviceaccount';
    const found = await plane.kubectl([
      'get',
      kinds,
      '-n',
      namespace,
      '-l',
      'app.kubernetes.io/name=ecr',
      '-o',
      'name',
    ]);
    expect(found.trim().split('\n')).toHaveLength(7);
    await plane.kubectl(['delete', kinds, '-n', namespace, '-l', 'app.kubernetes.io/name=ecr']);
    expect(await live(after)).toHaveLength(after.objects.length);
  });

  test('leaves the Secret of the refresher, which does not have this label', async () => {
    expect(await plane.find('secret', 'aws-registry', namespace)).toBeDefined();
  });
});
