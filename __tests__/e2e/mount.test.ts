import { App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { PasswordSource, PushSecret, RegistryLogin } from '../../lib';
import { Clients, failure, PUSHERS, REFUSED } from './support/clients';
import { PrivateHosts } from './support/hosts';
import { LoopbackRegistry, type User } from './support/registry';

// After `pushSecret.mount(container)`, clients find the login with the volume and variables that the manifest has.

jest.setTimeout(120_000);

const BUILDER: User = { username: 'robot$builder', password: `a:b"c\\d'e f%20g` };

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Record<string, string>;
  readonly spec: { readonly containers: Container[]; readonly volumes: Volume[] };
}
interface Container {
  readonly env: { readonly name: string; readonly value: string }[];
  readonly volumeMounts: { readonly name: string; readonly mountPath: string }[];
}
interface Volume {
  readonly name: string;
  readonly secret: { readonly secretName: string; readonly items: { readonly key: string; readonly path: string }[] };
}

let hosts: PrivateHosts;
let registry: LoopbackRegistry;
let clients: Clients;

beforeAll(async () => {
  hosts = PrivateHosts.create();
  registry = await LoopbackRegistry.start({ users: [BUILDER] });
  clients = await Clients.open(hosts);
});

afterAll(async () => {
  clients?.close();
  await registry?.stop();
  hosts?.close();
});

/** What the kubelet gives a pod with the push Secret: its volume, and the environment of the container. */
function container(password: string): Pick<Parameters<Clients['inContainer']>[1], 'volume' | 'env'> {
  const chart = new Chart(new App(), 'chart', { namespace: 'builds' });
  const login = { host: registry.host, username: BUILDER.username, password: PasswordSource.fromPlaintext(password) };
  const pushSecret = new PushSecret(chart, 'push', { secretName: 'push', logins: [RegistryLogin.of(login)] });
  pushSecret.mount(new kplus.Pod(chart, 'builder').addContainer({ image: 'registry.example.com/builder:1' }));

  const objects = Testing.synth(chart) as Manifest[];
  const [{ env, volumeMounts }] = objects.find(({ kind }) => kind === 'Pod')!.spec.containers;
  const volume = objects
    .find(({ kind }) => kind === 'Pod')!
    .spec.volumes.find(({ name }) => name === volumeMounts[0].name)!;
  const secret = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === volume.secret.secretName)!;
  const [{ key, path }] = volume.secret.items;
  return {
    volume: {
      folder: clients.secretVolume(path, Buffer.from(secret.data[key], 'base64')),
      mountPath: volumeMounts[0].mountPath,
    },
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
  };
}

test.each(PUSHERS)('%s pushes from a container with a mounted push Secret', async (pusher) => {
  const target = `${registry.host}/mounted/${pusher}:v1`;
  expect(failure(await clients.inContainer(pusher, { ...container(BUILDER.password), target }))).toBeUndefined();
  expect(await registry.hasTag(`mounted/${pusher}`, 'v1')).toBe(true);
});

test('docker finds the image', async () => {
  const target = `${registry.host}/mounted/there:v1`;
  expect(failure(await clients.inContainer('skopeo', { ...container(BUILDER.password), target }))).toBeUndefined();
  expect(failure(await clients.inContainer('docker', { ...container(BUILDER.password), target }))).toBeUndefined();
});

test.each([...PUSHERS, 'docker'] as const)(
  '%s is refused with another password, and without the variables',
  async (client) => {
    const target = `${registry.host}/refused/${client}:v1`;
    const { volume } = container(BUILDER.password);
    expect(failure(await clients.inContainer(client, { ...container('another'), target }))).toMatch(REFUSED);
    expect(failure(await clients.inContainer(client, { volume, env: {}, target }))).toMatch(REFUSED);
  },
);
