import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dockerConfigJson, type PlainLogin } from '../../lib/push-secret/docker-config';
import { Clients, failure, PUSHERS, REFUSED } from './support/clients';
import { OWN_ADDRESS, PrivateHosts } from './support/hosts';
import { removeFolder, temporaryFolder } from './support/process';
import { LoopbackRegistry } from './support/registry';
import { program } from '../support/run-app';

// Clients push with the app's output to registries under their real names, all on loopback. Pulling is not tested here:
// it needs a container engine.

jest.setTimeout(120_000);

const ECR_HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ARTIFACTS_HOST = 'europe-west1-docker.pkg.dev';
const HARBOR = 'harbor.example.com';
const KINDS = ['dockerhub', 'gcr', 'artifacts', 'ecr', 'harbor'] as const;
type Kind = (typeof KINDS)[number];

/** A registry, and what clients expect there. */
interface Registry extends PlainLogin {
  /** The path of `pushRepo`. */
  readonly repository: string;
  /** The name that a client connects to, if it is not the host. */
  readonly reached?: RegExp;
}

/** The part of the app's output that PrimeHub's builder gets. */
interface Written {
  readonly pushRepo: string;
  /** The bytes under `.dockerconfigjson`. */
  readonly dockerConfigJson: Uint8Array;
}

/** A service account's key with everything that careless code breaks: quotes, escaped newlines, two alphabets. */
const KEY = {
  type: 'service_account',
  project_id: 'acme-ml',
  private_key_id: randomBytes(20).toString('hex'),
  private_key: generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
  client_email: 'pusher@acme-ml.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
  description: `Schlüssel der "Bild-Fabrik": 画像 \\ pushes 'only' & nothing < else`,
};

/** The docs' three configurations, unchanged, and two more. A key file is as `jq -c` prints it or from Google. */
const valuesFiles = (harborHost: string): Record<string, string> => ({
  'dockerhub.yaml': `
customImage:
  enabled: true
  registryEndpoint: docker.io
  registryUsername: ${registries.dockerhub.username}
  registryPassword: ${registries.dockerhub.password}
  pushRepo: docker.io/acme/notebooks
`,
  'gcr.yaml': `
customImage:
  enabled: true
  registryEndpoint: https://gcr.io
  registryUsername: _json_key
  registryPassword: ${JSON.stringify(KEY)}
  pushRepo: gcr.io/acme-ml/notebooks
`,
  'artifacts.yaml': `
customImage:
  registryEndpoint: https://${ARTIFACTS_HOST}
  registryUsername: _json_key
  registryPasswordFrom: { file: ../keys/artifacts.json }
  pushRepo: ${ARTIFACTS_HOST}/acme-ml/images/notebooks
`,
  'ecr.yaml': `
targetNamespace: hub
aws: { account: "123456789012", region: eu-west-1 }
customImage:
  registryEndpoint: https://${ECR_HOST}
  pushRepo: ${ECR_HOST}/ml/notebooks
  pushSecretName: aws-registry
`,
  'harbor.yaml': `
customImage:
  registryEndpoint: https://${harborHost}
  registryUsername: ${registries.harbor.username}
  registryPasswordFrom: { env: HARBOR_PASSWORD }
  pushRepo: ${harborHost}/ml/notebooks
`,
});

let hosts: PrivateHosts;
let clouds: LoopbackRegistry;
let harbor: LoopbackRegistry;
let clients: Clients;
let registries: Record<Kind, Registry>;
let written: Record<Kind, Written>;

beforeAll(async () => {
  const key = JSON.stringify(KEY);
  const token = `dckr_pat_${randomBytes(20).toString('base64url')}`;
  registries = {
    dockerhub: {
      host: 'docker.io',
      repository: 'acme/notebooks',
      username: 'acmebot',
      password: token,
      reached: /^(registry-1|index)\.docker\.io$/,
    },
    gcr: { host: 'gcr.io', repository: 'acme-ml/notebooks', username: '_json_key', password: key },
    artifacts: {
      host: ARTIFACTS_HOST,
      repository: 'acme-ml/images/notebooks',
      username: '_json_key',
      password: key,
    },
    // as long as a real token
    ecr: {
      host: ECR_HOST,
      repository: 'ml/notebooks',
      username: 'AWS',
      password: randomBytes(1500).toString('base64'),
    },
    harbor: { host: HARBOR, repository: 'ml/notebooks', username: 'robot$ml', password: 'Wq/x+9 "ü"' },
  };
  const { dockerhub, gcr, artifacts, ecr } = registries;
  const sites = [
    {
      hosts: ['registry-1.docker.io', 'index.docker.io'],
      users: [dockerhub],
      tokenRealm: 'https://auth.docker.io/token',
    },
    { hosts: [gcr.host], users: [gcr], tokenRealm: 'https://gcr.io/v2/token' },
    { hosts: [artifacts.host], users: [artifacts], tokenRealm: `https://${artifacts.host}/v2/token` },
    { hosts: [ecr.host], users: [ecr] },
  ];
  hosts = PrivateHosts.create(
    [...sites.flatMap((site) => site.hosts), 'docker.io', 'auth.docker.io', HARBOR],
    OWN_ADDRESS,
  );
  clouds = await LoopbackRegistry.start({ sites, tls: hosts.tls, address: OWN_ADDRESS, port: 443 });
  harbor = await LoopbackRegistry.start({ users: [registries.harbor], tls: hosts.tls, address: OWN_ADDRESS });
  registries.harbor = { ...registries.harbor, host: `${HARBOR}:${harbor.port}` };
  written = synthesize();
  clients = await Clients.open(hosts);
});

afterAll(async () => {
  clients?.close();
  await harbor?.stop();
  await clouds?.stop();
  hosts?.close();
});

/** Runs the app on the values files, in their own folder. */
function synthesize(): Record<Kind, Written> {
  const folder = temporaryFolder('real-names');
  try {
    for (const name of ['registries', 'keys']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'keys', 'artifacts.json'), `${JSON.stringify(KEY, undefined, 2)}\n`);
    for (const [name, content] of Object.entries(valuesFiles(registries.harbor.host))) {
      writeFileSync(join(folder, 'registries', name), content);
    }
    const root = join(__dirname, '..', '..');
    execFileSync(process.execPath, [program('main.ts'), join(folder, 'registries')], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        CDK8S_OUTDIR: join(folder, 'dist'),
        HARBOR_PASSWORD: registries.harbor.password,
        REQUIRE_PASSWORDS: '1',
      },
      stdio: 'pipe',
    });
    const entries = KINDS.map((kind) => [kind, readWritten(join(folder, 'dist'), kind)] as const);
    return Object.fromEntries(entries) as Record<Kind, Written>;
  } finally {
    removeFolder(folder);
  }
}

function readWritten(dist: string, kind: Kind): Written {
  const helm = parse(readFileSync(join(dist, 'helm', `${kind}.values.yaml`), 'utf8')) as HelmValues;
  const { pushRepo } = helm.customImage;
  // for ECR, the token in the Secret comes from AWS, in the cluster
  if (kind === 'ecr') return { pushRepo, dockerConfigJson: Buffer.from(dockerConfigJson([registries.ecr])) };
  const secret = parse(readFileSync(join(dist, `${kind}-push-secret.k8s.yaml`), 'utf8')) as SecretManifest;
  return { pushRepo, dockerConfigJson: Buffer.from(secret.data['.dockerconfigjson'], 'base64') };
}

interface HelmValues {
  readonly customImage: { readonly pushRepo: string };
}

interface SecretManifest {
  readonly data: Record<string, string>;
}

/** `<pushRepo>:<image name>-<hash>`, as PrimeHub's controller writes it. */
const tagOf = (name: string): string => `${name}-3f9a1c0`;

/** Expects that this registry, and no other under its name, got the image from this user. */
async function expectArrival(kind: Kind, tag: string): Promise<void> {
  const { repository, host, username, reached = new RegExp(`^${host}$`) } = registries[kind];
  expect(await (kind === 'harbor' ? harbor : clouds).hasTag(repository, tag)).toBe(true);
  if (kind === 'harbor') return;
  const arrived = clouds.pushes.filter((push) => push.repository === repository && push.reference === tag);
  expect(arrived).toEqual([{ repository, reference: tag, username, host: expect.stringMatching(reached) as string }]);
}

describe.each(KINDS)('%s', (kind) => {
  test.each(PUSHERS)('%s pushes to its pushRepo', async (pusher) => {
    const tag = tagOf(pusher);

    const target = `${written[kind].pushRepo}:${tag}`;
    const outcome = await clients.push(pusher, { secret: clients.mount(written[kind].dockerConfigJson), target });

    expect(failure(outcome)).toBeUndefined();
    await expectArrival(kind, tag);
  });

  test('docker finds what buildah pushed', async () => {
    const target = `${written[kind].pushRepo}:${tagOf('buildah')}`;

    const outcome = await clients.docker({ secret: clients.mount(written[kind].dockerConfigJson), target });

    expect(failure(outcome)).toBeUndefined();
  });

  test.each(PUSHERS)('%s finds its entry in a Secret with every login', async (pusher) => {
    const tag = tagOf(`${pusher}-of-all`);
    const secret = clients.mount(dockerConfigJson(Object.values(registries)));

    const outcome = await clients.push(pusher, { secret, target: `${written[kind].pushRepo}:${tag}` });

    expect(failure(outcome)).toBeUndefined();
    await expectArrival(kind, tag);
  });

  test.each([...PUSHERS, 'docker'] as const)('%s is refused with an incomplete password', async (reader) => {
    const { pushRepo } = written[kind];
    const { password } = registries[kind];
    const secret = clients.mount(dockerConfigJson([{ ...registries[kind], password: password.slice(0, -1) }]));

    const outcome = await (reader === 'docker'
      ? clients.docker({ secret, target: `${pushRepo}:${tagOf('buildah')}` })
      : clients.push(reader, { secret, target: `${pushRepo}:${tagOf('refused')}` }));

    expect(failure(outcome)).toMatch(REFUSED);
  });
});

// The key for Docker Hub is the long one, as only containers/image finds `docker.io`, the key of the docs.
test.each([
  ['buildah', true],
  ['skopeo', true],
  ['crane', false],
  ['oras', false],
] as const)('%s with the key docker.io: accepted is %s', async (pusher, letIn) => {
  const { username, password } = registries.dockerhub;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const secret = clients.mount(JSON.stringify({ auths: { 'docker.io': { auth } } }));

  const outcome = await clients.push(pusher, {
    secret,
    target: `${written.dockerhub.pushRepo}:${tagOf(`${pusher}-short-key`)}`,
  });

  if (letIn) expect(failure(outcome)).toBeUndefined();
  else expect(failure(outcome)).toMatch(REFUSED);
});

test('insecureSkipVerify pushes to a registry with a certificate from an unknown authority', async () => {
  const strangers = PrivateHosts.create(hosts.names, OWN_ADDRESS);
  const distrustful = await Clients.open(strangers);
  try {
    const push = {
      secret: distrustful.mount(written.harbor.dockerConfigJson),
      target: `${written.harbor.pushRepo}:insecure`,
    };

    expect(failure(await distrustful.buildah(push))).toMatch(/certificate signed by unknown authority/);
    expect(await harbor.hasTag(registries.harbor.repository, 'insecure')).toBe(false);
    expect(failure(await distrustful.buildah({ ...push, insecure: true }))).toBeUndefined();
    expect(await harbor.hasTag(registries.harbor.repository, 'insecure')).toBe(true);
  } finally {
    distrustful.close();
    strangers.close();
  }
});
