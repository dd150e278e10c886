import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExternalSecretSpec } from '../../imports/external-secrets.io';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { dockerConfigTemplate } from '../../lib/push-secret/external-secret';
import { loadAll } from '../support/load-all';
import { REPOSITORY, runApp } from '../support/run-app';
import { Clients, failure, REFUSED } from './support/clients';
import { OWN_ADDRESS, PrivateHosts } from './support/hosts';
import { type Outcome, removeFolder, run, temporaryFolder } from './support/process';
import { LoopbackRegistry } from './support/registry';
import { requireTools, tool } from './support/tools';

// Renders the template of the ExternalSecret that the app writes, with the operator's functions. Real clients push with
// the result to registries under their real names.

jest.setTimeout(180_000);

const HARBOR = 'harbor.example.com';
const KEY = {
  type: 'service_account',
  project_id: 'acme-ml',
  private_key_id: randomBytes(20).toString('hex'),
  private_key: `-----BEGIN PRIVATE KEY-----\n${randomBytes(900).toString('base64')}\n-----END PRIVATE KEY-----\n`,
  client_email: 'pusher@acme-ml.iam.gserviceaccount.com',
  description: `"{{ .password }}" '\\n' <&> ü 画像`,
};
/** A key as Google's console saves it, and as `kubectl create secret --from-file` or a cloud's console store it. */
const KEY_FILE = JSON.stringify(KEY, undefined, 2);
const TOKEN = `dckr_pat_${randomBytes(20).toString('base64url')}`;
const HARBOR_USER = { username: 'robot$ml+builder', password: 'Wq/x+9 "ü" {{ x }}' };

/** The kinds of registry, each with the value in the store, newlines included. */
const STORED = {
  dockerhub: { values: `${TOKEN}\n`, repository: 'acme/notebooks' },
  gcr: { values: `${KEY_FILE}\n`, repository: 'acme-ml/notebooks' },
  harbor: { values: `${HARBOR_USER.password}\r\n`, repository: 'ml/notebooks' },
} as const;
type Kind = keyof typeof STORED;
const KINDS = Object.keys(STORED) as Kind[];

let hosts: PrivateHosts;
let clouds: LoopbackRegistry;
let harbor: LoopbackRegistry;
let clients: Clients;
let specs: Record<Kind, ExternalSecretSpec>;

beforeAll(async () => {
  requireTools('go');
  const sites = [
    {
      hosts: ['registry-1.docker.io', 'index.docker.io'],
      users: [{ username: 'acmebot', password: TOKEN }],
      tokenRealm: 'https://auth.docker.io/token',
    },
    {
      hosts: ['gcr.io'],
      users: [{ username: '_json_key', password: KEY_FILE }],
      tokenRealm: 'https://gcr.io/v2/token',
    },
  ];
  hosts = PrivateHosts.create(
    [...sites.flatMap((site) => site.hosts), 'docker.io', 'auth.docker.io', HARBOR],
    OWN_ADDRESS,
  );
  clouds = await LoopbackRegistry.start({ sites, tls: hosts.tls, address: OWN_ADDRESS, port: 443 });
  harbor = await LoopbackRegistry.start({ users: [HARBOR_USER], tls: hosts.tls, address: OWN_ADDRESS });
  clients = await Clients.open(hosts);
  specs = synthesize(`${HARBOR}:${harbor.port}`);
});

afterAll(async () => {
  clients?.close();
  await harbor?.stop();
  await clouds?.stop();
  hosts?.close();
});

/** Runs the app on values files that name a secret store. */
function synthesize(harborHost: string): Record<Kind, ExternalSecretSpec> {
  const folder = temporaryFolder('external-secret');
  try {
    const registries = join(folder, 'registries');
    mkdirSync(registries);
    const values = (endpoint: string, username: string, pushRepo: string): string => `
customImage:
  registryEndpoint: ${endpoint}
  registryUsername: ${username}
  registryPasswordFrom: { externalSecret: { store: vault, storeKind: ClusterSecretStore, key: ci/registry } }
  pushRepo: ${pushRepo}
`;
    const files: Record<Kind, string> = {
      dockerhub: values('docker.io', 'acmebot', `docker.io/${STORED.dockerhub.repository}`),
      gcr: values('https://gcr.io', '_json_key', `gcr.io/${STORED.gcr.repository}`),
      harbor: values(`https://${harborHost}`, HARBOR_USER.username, `${harborHost}/${STORED.harbor.repository}`),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(registries, `${name}.yaml`), text);
    const dist = join(folder, 'dist');
    expect(runApp([registries], { CDK8S_OUTDIR: dist, REQUIRE_PASSWORDS: '1' })).toMatchObject({ status: 0 });
    return Object.fromEntries(KINDS.map((kind) => [kind, readSpec(join(dist, `${kind}.k8s.yaml`))])) as typeof specs;
  } finally {
    removeFolder(folder);
  }
}

function readSpec(file: string): ExternalSecretSpec {
  const objects = loadAll<{ kind: string; spec: ExternalSecretSpec }>(file);
  return objects.find(({ kind }) => kind === 'ExternalSecret')!.spec;
}

/** Renders a template as the operator does, with these values under the names in `spec.data`. */
async function render(template: string, values: Record<string, string>): Promise<string> {
  const cwd = join(REPOSITORY, '__tests__/e2e/tools/render-template');
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  const input = JSON.stringify({ template, values });
  // the first run compiles the program
  const { code, stdout, stderr } = await run(tool('go'), ['run', '.'], { cwd, env, input, timeoutMs: 170_000 });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

function renderSpec(spec: ExternalSecretSpec, stored: string): Promise<string> {
  const template = spec.target?.template?.data?.['.dockerconfigjson'] ?? '';
  return render(template, Object.fromEntries((spec.data ?? []).map(({ secretKey }) => [secretKey, stored])));
}

function push(pusher: 'buildah' | 'crane', kind: Kind, config: string, tag: string): Promise<Outcome> {
  const host = { dockerhub: 'docker.io', gcr: 'gcr.io', harbor: `${HARBOR}:${harbor.port}` }[kind];
  const target = `${host}/${STORED[kind].repository}:${tag}`;
  return clients.push(pusher, { secret: clients.mount(config), target });
}

describe.each(KINDS)('%s', (kind) => {
  test.each(['buildah', 'crane'] as const)('%s pushes with the rendered docker config', async (pusher) => {
    const config = await renderSpec(specs[kind], STORED[kind].values);

    const outcome = await push(pusher, kind, config, pusher);

    expect(failure(outcome)).toBeUndefined();
    expect(await (kind === 'harbor' ? harbor : clouds).hasTag(STORED[kind].repository, pusher)).toBe(true);
  });

  test('another value in the store is refused', async () => {
    const config = await renderSpec(specs[kind], 'another');

    expect(failure(await push('crane', kind, config, 'refused'))).toMatch(REFUSED);
  });
});

test('two logins in one template give the same docker config as plaintext passwords', async () => {
  const logins = [
    { host: 'docker.io', username: 'acmebot', password: TOKEN },
    { host: 'gcr.io', username: '_json_key', password: KEY_FILE },
  ];

  const rendered = await render(dockerConfigTemplate(logins), { password: TOKEN, password2: `${KEY_FILE}\n` });

  expect(rendered).toBe(dockerConfigJson(logins));
});

test.each(['{{ .password }}', '}}', '"', '\\', '`', `'`, '%s%d', '{{/*', 'ü 画像', '$x', '\u2028'])(
  'the user name %p comes out unchanged',
  async (username) => {
    const login = { host: 'harbor.example.com:8443', username, password: 'p' };

    expect(await render(dockerConfigTemplate([login]), { password: 'p' })).toBe(dockerConfigJson([login]));
  },
);

test('an entry that is missing in the store is an error, not an empty password', async () => {
  await expect(render(dockerConfigTemplate([{ host: 'gcr.io', username: 'u' }]), {})).rejects.toThrow('"password"');
});
