import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ControlPlane } from './support/control-plane';
import { run } from './support/process';
import { Registries } from './support/synth';
import { requireTools, tool } from './support/tools';

// Changes the registry with `helm upgrade --reuse-values`, which keeps everything that a fragment does not mention. No
// setting of the previous registry may be left.

jest.setTimeout(120_000);

const CHART = join(__dirname, 'primehub-chart');

/** Each kind of registry. Together they have every key that a fragment can have. */
const VALUES = {
  dockerhub: `
customImage: { registryEndpoint: docker.io, pushRepo: docker.io/example/notebooks, pushSecretName: hub-secret }
`,
  gcr: `
customImage: { registryEndpoint: 'https://gcr.io', pushRepoPrefix: gcr.io/example-project, pushSecretName: gcr-secret }
`,
  ecr: `
aws: { account: '123456789012', region: eu-west-1 }
customImage:
  registryEndpoint: https://123456789012.dkr.ecr.eu-west-1.amazonaws.com
  pushRepo: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/notebooks
`,
  harbor: `
customImage:
  registryEndpoint: harbor.example.com
  pushRepoPrefix: harbor.example.com/team
  pushSecretName: harbor-secret
  insecureSkipVerify: true
  buildJob:
    image: { repository: harbor.example.com/tools/buildah, tag: v1 }
    resources: { requests: { cpu: '1', memory: 1Gi }, limits: { cpu: '2', memory: 2Gi } }
    ephemeralStorage: 50Gi
`,
  lab: `
customImage:
  registryEndpoint: registry.lab.example.com:5000
  pushRepo: registry.lab.example.com:5000/notebooks
  pushSecretName: lab-secret
  buildJob:
    image: { repository: registry.lab.example.com:5000/buildah, tag: v2 }
    resources: { requests: { cpu: 250m, memory: 512Mi }, limits: { cpu: '4', memory: 4Gi } }
    ephemeralStorage: 20Gi
`,
};
type Name = keyof typeof VALUES;
const NAMES = Object.keys(VALUES) as Name[];

interface CustomImage extends Record<string, unknown> {
  readonly buildJob?: object;
}

let plane: ControlPlane;
let registries: Registries;
let releases = 0;
/** The output of the chart for each fragment in a new installation. */
const fresh = new Map<Name, CustomImage>();

beforeAll(async () => {
  requireTools('helm');
  registries = new Registries();
  NAMES.forEach((name) => registries.write(name, VALUES[name]));
  await registries.synth();
  plane = await ControlPlane.start();
  for (const name of NAMES) {
    const release = await install(fragment(name));
    fresh.set(name, await rendered(release));
  }
});

afterAll(async () => {
  await plane?.stop();
  registries?.close();
});

function fragment(name: Name): string {
  return join(registries.dist, 'helm', `${name}.values.yaml`);
}

async function helm(namespace: string, ...args: string[]): Promise<void> {
  const env = { PATH: process.env.PATH!, HOME: registries.folder, KUBECONFIG: plane.kubeconfig };
  const { code, stderr } = await run(tool('helm'), [...args, '--namespace', namespace], { env });
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
}

/** Installs a new release in its own namespace, and returns the namespace. */
async function install(...files: string[]): Promise<string> {
  const namespace = `hub-${(releases += 1)}`;
  await plane.createNamespace(namespace);
  await helm(namespace, 'install', 'primehub', CHART, ...files.flatMap((file) => ['-f', file]));
  return namespace;
}

/** The `customImage` section that the controller reads. */
async function rendered(namespace: string): Promise<CustomImage> {
  const map = await plane.find<{ data: Record<string, string> }>('configmap', 'primehub-controller-config', namespace);
  return (parse(map!.data['config.yaml']) as { customImage: CustomImage }).customImage;
}

async function upgradedFrom(before: Name, to: string): Promise<CustomImage> {
  const namespace = await install(fragment(before));
  await helm(namespace, 'upgrade', '--reuse-values', '-f', to, 'primehub', CHART);
  return rendered(namespace);
}

/**
 * The builder after an upgrade. In a fragment, no value means "the chart's default" to Helm (see below), so a setting
 * that only the previous registry had stays.
 */
function buildJobFrom(before: Name, after: Name): object | undefined {
  const named = (name: Name): boolean => VALUES[name].includes('buildJob:');
  return fresh.get(named(before) && !named(after) ? before : after)?.buildJob;
}

const pairs = NAMES.flatMap((before) =>
  NAMES.filter((name) => name !== before).map((after) => [before, after] as const),
);

describe('an upgrade renders the same as a new installation, except for a builder that only the previous registry sets', () => {
  test.each(pairs)('from %s to %s', async (before, after) => {
    const section = await upgradedFrom(before, fragment(after));
    expect(section).toEqual({ ...fresh.get(after), buildJob: buildJobFrom(before, after) });
  });
});

describe('buildJob: null in the fragment would', () => {
  let withNull: string;

  beforeAll(() => {
    const values = parse(readFileSync(fragment('dockerhub'), 'utf8')) as { customImage: CustomImage };
    withNull = join(registries.folder, 'null.yaml');
    writeFileSync(withNull, JSON.stringify({ customImage: { ...values.customImage, buildJob: null } }));
  });

  test('not remove the settings of the previous registry', async () => {
    expect((await upgradedFrom('harbor', withNull)).buildJob).toEqual(fresh.get('harbor')?.buildJob);
  });

  test("remove the chart's default builder if the previous registry had no buildJob", async () => {
    expect(fresh.get('dockerhub')?.buildJob).toBeDefined();
    expect((await upgradedFrom('gcr', withNull)).buildJob).toBeUndefined();
    expect((await rendered(await install(withNull))).buildJob).toBeUndefined();
  });
});

test('values in files, instead of --reuse-values, leave nothing of the previous registry', async () => {
  const own = join(registries.folder, 'primehub.yaml');
  writeFileSync(own, JSON.stringify({ unrelated: true }));
  const namespace = await install(own, fragment('harbor'));
  await helm(namespace, 'upgrade', '-f', own, '-f', fragment('dockerhub'), 'primehub', CHART);
  expect(await rendered(namespace)).toEqual(fresh.get('dockerhub'));
});
