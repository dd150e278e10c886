import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { Clients, failure, PUSHERS, type Pusher, REFUSED } from './support/clients';
import { PrivateHosts } from './support/hosts';
import type { Outcome } from './support/process';
import { LoopbackRegistry, type User } from './support/registry';

// A registry with a password, and clients that get only the push Secret.

jest.setTimeout(120_000);

/** A password with every character that separates, quotes or escapes something. */
const BUILDER: User = { username: 'robot$builder', password: `a:b"c\\d'e f%20g{{h}}ü€` };
const CUT: User = { ...BUILDER, password: BUILDER.password.slice(0, -1) };

const READERS = [...PUSHERS, 'docker'] as const;

let hosts: PrivateHosts;
let registry: LoopbackRegistry;
let clients: Clients;

beforeAll(async () => {
  hosts = PrivateHosts.create();
  registry = await LoopbackRegistry.start({ users: [BUILDER] });
  clients = await Clients.open(hosts);
  // for clients that only read
  const config = dockerConfigJson([{ host: registry.host, ...BUILDER }]);
  expect(failure(await pushTo('skopeo', registry.host, 'team/there', config))).toBeUndefined();
});

afterAll(async () => {
  clients?.close();
  await registry?.stop();
  hosts?.close();
});

function pushTo(pusher: Pusher, host: string, repository: string, config: string): Promise<Outcome> {
  return clients.push(pusher, { secret: clients.mount(config), target: `${host}/${repository}:v1`, insecure: true });
}

/** A push, or for docker, a look at the image. */
function reach(reader: (typeof READERS)[number], host: string, repository: string, config: string): Promise<Outcome> {
  if (reader !== 'docker') return pushTo(reader, host, repository, config);
  return clients.docker({ secret: clients.mount(config), target: `${host}/team/there:v1`, insecure: true });
}

describe.each(PUSHERS)('%s', (pusher) => {
  // one registry with two names: clients search the docker config for the one in the image reference
  test.each(['127.0.0.1', 'localhost'])('pushes to %s and its port', async (name) => {
    const host = `${name}:${registry.port}`;
    const repository = `pushed/${pusher}-${name}`;

    const outcome = await pushTo(pusher, host, repository, dockerConfigJson([{ host, ...BUILDER }]));

    expect(failure(outcome)).toBeUndefined();
    expect(await registry.hasTag(repository, 'v1')).toBe(true);
  });

  test('finds its entry among others', async () => {
    const { host } = registry;
    const others = ['docker.io', '127.0.0.1', 'localhost:1'].map((other) => ({ ...CUT, host: other }));
    const repository = `pushed/${pusher}-among-others`;

    const outcome = await pushTo(pusher, host, repository, dockerConfigJson([...others, { host, ...BUILDER }]));

    expect(failure(outcome)).toBeUndefined();
    expect(await registry.hasTag(repository, 'v1')).toBe(true);
  });
});

test('docker finds the image', async () => {
  const config = dockerConfigJson([{ host: registry.host, ...BUILDER }]);

  expect(failure(await reach('docker', registry.host, '', config))).toBeUndefined();
});

describe.each(READERS)('%s is refused with', (reader) => {
  test.each<[string, (host: string) => string]>([
    ['a password that lost its last character', (host) => dockerConfigJson([{ host, ...CUT }])],
    ['no entry', () => dockerConfigJson([])],
    ['an entry for the host without its port', (host) => dockerConfigJson([{ ...BUILDER, host: host.split(':')[0] }])],
  ])('%s', async (_, config) => {
    const repository = `refused/${reader}`;

    const outcome = await reach(reader, registry.host, repository, config(registry.host));

    expect(failure(outcome)).toMatch(REFUSED);
    expect(await registry.hasTag(repository, 'v1')).toBe(false);
  });
});

// Every entry has `auth`, as containers/image reads nothing else. The other clients do not need it.
test.each<[(typeof READERS)[number], boolean]>([
  ['buildah', false],
  ['skopeo', false],
  ['crane', true],
  ['oras', true],
  ['docker', true],
])('%s with a user name and a password but no auth: accepted is %s', async (reader, letIn) => {
  const repository = `without-auth/${reader}`;

  const config = JSON.stringify({ auths: { [registry.host]: BUILDER } });

  const why = failure(await reach(reader, registry.host, repository, config));

  if (letIn) expect(why).toBeUndefined();
  else expect(why).toMatch(REFUSED);
  if (reader !== 'docker') expect(await registry.hasTag(repository, 'v1')).toBe(letIn);
});
