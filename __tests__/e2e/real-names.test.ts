import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { dockerConfigJson, type PlainLogin } from '../../lib/push-secret/docker-config';
import { Clients, PUSHERS, REFUSED } from './support/clients';
import { PrivateHosts } from './support/hosts';
import { LoopbackRegistry } from './support/registry';

// Registries under their real names, all on loopback, and the docs' push targets. What the kubelet makes of the same
// Secret is not shown here: pulling takes a container engine.

jest.setTimeout(120_000);

/** Port 443 of 127.0.0.1 may be taken. */
const ADDRESS = '127.0.0.2';
const ACCOUNT = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const HOST_WITH_PORT = 'harbor.example.com';
const KINDS = ['dockerhub', 'gcr', 'artifact-registry', 'ecr', 'harbor'] as const;
type Kind = (typeof KINDS)[number];

/** A registry as a values file describes it. */
interface Registry extends PlainLogin {
  readonly pushRepo: string;
  /** What the registry calls the repository: the path after the host. */
  readonly repository: string;
  /** The name that a client ends up at, where it is not the host. */
  readonly reached?: RegExp;
}

function registryOf(host: string, repository: string, username: string, password: string): Registry {
  return { host, repository, pushRepo: `${host}/${repository}`, username, password };
}

/** A service account's key with all that breaks on a careless way: quotes, escaped newlines, two alphabets. */
function serviceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: 'acme-ml',
    private_key_id: randomBytes(20).toString('hex'),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'pusher@acme-ml.iam.gserviceaccount.com',
    client_id: '114022890000000000000',
    token_uri: 'https://oauth2.googleapis.com/token',
    description: 'Schlüssel der "Bild-Fabrik": 画像 \\ pushes \'only\' & nothing <else>',
  });
}

let hosts: PrivateHosts;
let clouds: LoopbackRegistry;
let harbor: LoopbackRegistry;
let clients: Clients;
let registries: Record<Kind, Registry>;

beforeAll(async () => {
  const key = serviceAccountKey();
  const dockerhub = {
    ...registryOf('docker.io', 'acme/notebooks', 'acmebot', `dckr_pat_${randomBytes(20).toString('base64url')}`),
    reached: /^(registry-1|index)\.docker\.io$/,
  };
  const gcr = registryOf('gcr.io', 'acme-ml/notebooks', '_json_key', key);
  const artifacts = registryOf('europe-west1-docker.pkg.dev', 'acme-ml/images/notebooks', '_json_key', key);
  // a real token is as long
  const ecr = registryOf(ACCOUNT, 'ml/notebooks', 'AWS', randomBytes(1500).toString('base64'));

  const sites = [
    {
      hosts: ['registry-1.docker.io', 'index.docker.io'],
      tokenRealm: 'https://auth.docker.io/token',
      users: [dockerhub],
    },
    { hosts: [gcr.host], tokenRealm: 'https://gcr.io/v2/token', users: [gcr] },
    { hosts: [artifacts.host], tokenRealm: `https://${artifacts.host}/v2/token`, users: [artifacts] },
    { hosts: [ecr.host], users: [ecr] },
  ];
  const names = [...sites.flatMap((site) => site.hosts), 'docker.io', 'auth.docker.io', HOST_WITH_PORT];
  hosts = PrivateHosts.create(names, ADDRESS);
  clouds = await LoopbackRegistry.start({ sites, tls: hosts.tls, address: ADDRESS, port: 443 });
  const robot = { username: 'robot$ml', password: 'Wq/x+9 "ü"' };
  harbor = await LoopbackRegistry.start({ users: [robot], tls: hosts.tls, address: ADDRESS });
  const withPort = registryOf(`${HOST_WITH_PORT}:${harbor.port}`, 'ml/notebooks', robot.username, robot.password);
  registries = { dockerhub, gcr, 'artifact-registry': artifacts, ecr, harbor: withPort };
  clients = await Clients.open(hosts);
});

afterAll(async () => {
  clients?.close();
  await harbor?.stop();
  await clouds?.stop();
  hosts?.close();
});

const secretOf = (kind: Kind): string => dockerConfigJson([registries[kind]]);

/** `<pushRepo>:<image name>-<hash>`, as PrimeHub's controller has it. */
const tagOf = (name: string): string => `${name}-3f9a1c0`;

/** That it was this registry, and nobody else under its name, which took the image from this user. */
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

    const target = `${registries[kind].pushRepo}:${tag}`;
    const outcome = await clients.push(pusher, { secret: clients.mount(secretOf(kind)), target });

    expect(outcome).toMatchObject({ code: 0 });
    await expectArrival(kind, tag);
  });

  test('docker finds what buildah pushed', async () => {
    const target = `${registries[kind].pushRepo}:${tagOf('buildah')}`;

    expect(await clients.docker({ secret: clients.mount(secretOf(kind)), target })).toMatchObject({ code: 0 });
  });

  test.each(PUSHERS)('%s finds its entry in a Secret with every login', async (pusher) => {
    const tag = tagOf(`${pusher}-of-all`);
    const secret = clients.mount(dockerConfigJson(Object.values(registries)));

    const outcome = await clients.push(pusher, { secret, target: `${registries[kind].pushRepo}:${tag}` });

    expect(outcome).toMatchObject({ code: 0 });
    await expectArrival(kind, tag);
  });

  test.each([...PUSHERS, 'docker'] as const)('%s is refused when the password lost its end', async (reader) => {
    const { pushRepo, password } = registries[kind];
    const secret = clients.mount(dockerConfigJson([{ ...registries[kind], password: password.slice(0, -1) }]));

    const outcome = await (reader === 'docker'
      ? clients.docker({ secret, target: `${pushRepo}:${tagOf('buildah')}` })
      : clients.push(reader, { secret, target: `${pushRepo}:${tagOf('refused')}` }));

    expect(outcome.code).not.toBe(0);
    expect(outcome.output).toMatch(REFUSED);
  });
});

// Why Docker Hub's key is the long one: the docs' `docker.io` reaches containers/image alone.
test.each([
  ['buildah', true],
  ['skopeo', true],
  ['crane', false],
  ['oras', false],
] as const)('%s with the key docker.io: let in is %s', async (pusher, letIn) => {
  const { pushRepo, username, password } = registries.dockerhub;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const secret = clients.mount(JSON.stringify({ auths: { 'docker.io': { auth } } }));

  const { code, output } = await clients.push(pusher, {
    secret,
    target: `${pushRepo}:${tagOf(`${pusher}-short-key`)}`,
  });

  expect({ letIn: code === 0, output }).toMatchObject({ letIn });
  if (!letIn) expect(output).toMatch(REFUSED);
});

test('insecureSkipVerify pushes where the certificate is of an authority that nobody knows', async () => {
  const strangers = PrivateHosts.create(hosts.names, ADDRESS);
  const distrustful = await Clients.open(strangers);
  try {
    const push = { secret: distrustful.mount(secretOf('harbor')), target: `${registries.harbor.pushRepo}:insecure` };

    expect((await distrustful.buildah(push)).output).toMatch(/certificate signed by unknown authority/);
    expect(await harbor.hasTag(registries.harbor.repository, 'insecure')).toBe(false);
    expect(await distrustful.buildah({ ...push, insecure: true })).toMatchObject({ code: 0 });
    expect(await harbor.hasTag(registries.harbor.repository, 'insecure')).toBe(true);
  } finally {
    distrustful.close();
    strangers.close();
  }
});
