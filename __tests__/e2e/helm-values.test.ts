import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { ControlPlane } from './support/control-plane';
import { removeFolder, run, temporaryFolder } from './support/process';
import { requireTools, tool } from './support/tools';
import { program } from '../support/run-app';

// Upgrades with `helm upgrade --reuse-values -f dist/helm/<name>.values.yaml`, on a real API server, from each state
// that a release may be in.

jest.setTimeout(60_000);

const ROOT = join(__dirname, '../..');
const CHART = join(__dirname, 'primehub-chart');
const OWN_SECRET = 'primehub-controller-custom-image-push-secret';
const PASSWORD = 'dckr_pat_only-in-the-test';

/** Values that YAML 1.1 and 1.2 read differently if they are not in quotes. */
const TRICKY = `
customImage:
  registryEndpoint: harbor.example.com:8443
  registryUsername: robot$ci
  registryPasswordFrom: { env: HARBOR_PASSWORD }
  pushRepo: harbor.example.com:8443/0o17/1_000
  pushSecretName: '0777'
  insecureSkipVerify: true
  buildJob:
    image: { repository: 'no', tag: '0o17' }
    resources:
      requests: { cpu: '0.5', memory: '0100' }
      limits: { cpu: '1', memory: '1e3' }
    ephemeralStorage: '1e10'
`;

/** The earlier values of a release: none, or a registry with or without its login. */
const BEFORE: Record<string, object> = {
  'the defaults of the chart': {},
  'another registry': {
    enabled: true,
    registryEndpoint: 'https://quay.io',
    pushRepo: 'quay.io/old/images',
    pushSecretName: 'old-push-secret',
  },
  'another registry with its login': {
    enabled: true,
    registryEndpoint: 'https://quay.io',
    registryUsername: 'old-user',
    registryPassword: 'old-password',
    pushRepo: 'quay.io/old/images',
  },
};

interface ConfigMap {
  readonly data: { readonly 'config.yaml': string };
}
interface Secret {
  readonly data: { readonly '.dockerconfigjson': string };
}

let plane: ControlPlane;
let folder: string;
let dist: string;
let names: string[];

beforeAll(async () => {
  requireTools('helm');
  folder = temporaryFolder('helm-values');
  dist = join(folder, 'dist');
  const registries = join(folder, 'registries');
  mkdirSync(registries);
  for (const file of readdirSync(join(ROOT, 'registries'))) {
    writeFileSync(join(registries, file), readFileSync(join(ROOT, 'registries', file)));
  }
  writeFileSync(join(registries, 'tricky.yaml'), TRICKY);
  const env = { PATH: process.env.PATH!, CDK8S_OUTDIR: dist, DOCKERHUB_TOKEN: PASSWORD, HARBOR_PASSWORD: PASSWORD };
  const synth = await run(process.execPath, [program('main.ts'), registries], { cwd: ROOT, env });
  if (synth.code !== 0) throw new Error(synth.stderr);
  names = readdirSync(join(dist, 'helm')).map((file) => file.replace('.values.yaml', ''));
  plane = await ControlPlane.start();
});

afterAll(async () => {
  await plane?.stop();
  removeFolder(folder);
});

async function helm(namespace: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(tool('helm'), [...args, '--namespace', namespace], {
    env: { PATH: process.env.PATH!, HOME: folder, KUBECONFIG: plane.kubeconfig },
  });
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
  return stdout;
}

let releases = 0;

/** Installs a release with earlier values, upgrades it to our fragment, and returns the namespace. */
async function upgrade(name: string, before: object, ...flags: string[]): Promise<string> {
  const namespace = `hub-${(releases += 1)}`;
  await plane.createNamespace(namespace);
  const values = join(folder, `${namespace}.yaml`);
  writeFileSync(values, JSON.stringify({ customImage: before }));
  await helm(namespace, 'install', 'primehub', CHART, '-f', values);
  const fragment = join(dist, 'helm', `${name}.values.yaml`);
  await helm(namespace, 'upgrade', '--reuse-values', '-f', fragment, ...flags, 'primehub', CHART);
  return namespace;
}

async function configOf(namespace: string): Promise<string> {
  const map = await plane.find<ConfigMap>('configmap', 'primehub-controller-config', namespace);
  return map!.data['config.yaml'];
}

/** The `customImage` section, which must mean the same in YAML 1.1 and 1.2. */
function section(text: string): Record<string, unknown> {
  const [old, current] = (['1.1', '1.2'] as const).map(
    (version) => (parse(text, { version }) as { customImage: Record<string, unknown> }).customImage,
  );
  expect(old).toEqual(current);
  return current;
}

/** The content of our own ConfigMap. */
function ours(name: string): Record<string, unknown> {
  const documents = parseAllDocuments(readFileSync(join(dist, `${name}.k8s.yaml`), 'utf8'));
  const objects = documents.map((document) => document.toJS() as { kind: string } & ConfigMap);
  return section(objects.find(({ kind }) => kind === 'ConfigMap')!.data['config.yaml']);
}

test('each values file has a fragment, with the same section as our ConfigMap and no credential', () => {
  expect(names).toEqual(['dockerhub', 'ecr', 'gcr', 'tricky']);
  for (const name of names) {
    const text = readFileSync(join(dist, 'helm', `${name}.values.yaml`), 'utf8');
    expect(section(text)).toEqual(ours(name));
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toMatch(/username|password/i);
  }
});

test.each(Object.keys(BEFORE))('after %s the chart has the same settings as our ConfigMap', async (before) => {
  for (const name of names) {
    const namespace = await upgrade(name, BEFORE[before]);
    const config = section(await configOf(namespace));
    const mine = ours(name);
    expect(config).toMatchObject(mine);
    // Other settings are defaults of the chart, or come from the previous registry.
    const { buildJob } = mine as { buildJob?: object };
    if (buildJob === undefined)
      expect(config.buildJob).toEqual({ image: { repository: 'infuseai/buildah', tag: 'v1.39.3' } });
    const login = { registryUsername: config.registryUsername, registryPassword: config.registryPassword };
    expect(login).toEqual(
      'registryPassword' in BEFORE[before]
        ? { registryUsername: 'old-user', registryPassword: 'old-password' }
        : { registryUsername: '', registryPassword: '' },
    );
  }
});

test('the Secret of the chart has a different name than ours, and contains no login', async () => {
  for (const name of names) {
    const namespace = await upgrade(name, {});
    const { pushSecretName } = section(await configOf(namespace));
    expect(pushSecretName).toBe(ours(name).pushSecretName);
    const secrets = JSON.parse(await plane.kubectl(['get', 'secrets', '-n', namespace, '-o', 'json'])) as {
      items: { metadata: { name: string } }[];
    };
    const made = secrets.items.map(({ metadata }) => metadata.name).filter((secret) => !secret.startsWith('sh.helm.'));
    expect(made).toEqual([OWN_SECRET]);
    expect(made).not.toContain(pushSecretName);
    const own = (await plane.find<Secret>('secret', OWN_SECRET, namespace))!;
    expect(Buffer.from(own.data['.dockerconfigjson'], 'base64').toString()).toBe('{"auths":{}}');
    // Nor in the release itself.
    const release = await helm(namespace, 'get', 'all', 'primehub');
    expect(release).not.toContain(PASSWORD);
  }
});

test('empty values remove an old login', async () => {
  const clear = ['--set', 'customImage.registryUsername=', '--set', 'customImage.registryPassword='];
  const namespace = await upgrade('dockerhub', BEFORE['another registry with its login'], ...clear);
  expect(await configOf(namespace)).not.toContain('old-');
  const own = (await plane.find<Secret>('secret', OWN_SECRET, namespace))!;
  expect(Buffer.from(own.data['.dockerconfigjson'], 'base64').toString()).toBe('{"auths":{}}');
  expect(await helm(namespace, 'get', 'manifest', 'primehub')).not.toContain('old-password');
});
