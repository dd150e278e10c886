import { Clients, failure, type MountedSecret, REFUSED } from './support/clients';
import { dockerConfig, EcrCluster, passwords } from './support/ecr';
import { OWN_ADDRESS, PrivateHosts } from './support/hosts';
import { LoopbackRegistry } from './support/registry';

// Accounts, regions, namespaces, partitions and host names: the Secret has the right entries, and buildah finds its own
// among them. The registries run on loopback under their real names, and each accepts only the token of its region.

jest.setTimeout(120_000);

const IRELAND = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const IRELAND_OTHER = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';
const OREGON = '123456789012.dkr.ecr.us-west-2.amazonaws.com';
const CHINA = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn';
const GOVCLOUD = '123456789012.dkr.ecr.us-gov-west-1.amazonaws.com';
/** The other forms of a host in an image reference. */
const FORMS = [
  ['FIPS', 'us-east-1', '123456789012.dkr.ecr-fips.us-east-1.amazonaws.com'],
  ['dual-stack', 'us-east-1', '123456789012.dkr-ecr.us-east-1.on.aws'],
  ['FIPS and dual-stack', 'us-gov-east-1', '123456789012.dkr-ecr-fips.us-gov-east-1.on.aws'],
  ['dual-stack in China', 'cn-north-1', '123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn'],
] as const;
const HOSTS = [IRELAND, IRELAND_OTHER, OREGON, CHINA, GOVCLOUD, ...FORMS.map(([, , host]) => host)];

let cluster: EcrCluster;
let hosts: PrivateHosts;
let registries: LoopbackRegistry;
let clients: Clients;

beforeAll(async () => {
  cluster = await EcrCluster.start();
  hosts = PrivateHosts.create(HOSTS, OWN_ADDRESS);
  const sites = HOSTS.map((host) => {
    const [, region] = /ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(host) ?? [];
    const latest = {
      username: 'AWS',
      get password(): string {
        const issued = cluster.aws.issued.filter((token) => token.region === region);
        return issued.at(-1)?.password ?? 'nobody was given a token yet';
      },
    };
    return { hosts: [host], users: [latest] };
  });
  registries = await LoopbackRegistry.start({ sites, tls: hosts.tls, address: OWN_ADDRESS, port: 443 });
  clients = await Clients.open(hosts);
});

afterAll(async () => {
  clients?.close();
  await registries?.stop();
  hosts?.close();
  await cluster?.stop();
});

const values = (namespaces: string, region: string, host: string, aws = ''): string => `
targetNamespace: ${namespaces}
aws: { account: "123456789012", region: ${region}${aws} }
customImage:
  registryEndpoint: https://${host}
  pushRepo: ${host}/ml/notebooks
  pushSecretName: aws-registry
`;

/** Applies a values file, runs the one pod of the first Job, and returns the Secret as a volume. */
async function secretOf(text: string, namespace: string): Promise<{ logins: string[]; secret: MountedSecret }> {
  await cluster.completeFirstJob(await cluster.install(text));
  const found = await cluster.secret(namespace, 'aws-registry');
  return { logins: Object.keys(passwords(found)), secret: clients.mount(dockerConfig(found)) };
}

async function push(host: string, secret: MountedSecret, tag = 'jupyter-3f9a1c0'): Promise<string | undefined> {
  const target = `${host}/ml/notebooks:${tag}`;
  const why = failure(await clients.buildah({ secret, target }));
  const arrived = registries.pushes.some((one) => one.host === host && one.reference === tag);
  // a token of another registry is refused here
  return why ?? (arrived ? undefined : `nothing arrived at ${host}`);
}

test('several accounts, regions and namespaces: one Secret, one pod, one call per region', async () => {
  const [home, second] = [await cluster.namespace(), await cluster.namespace()];
  const more =
    ', registries: [{ account: "210987654321", region: eu-west-1 }, { account: "123456789012", region: us-west-2 }]';
  const before = cluster.aws.issued.length;

  const { logins, secret } = await secretOf(values(`[${home}, ${second}]`, 'eu-west-1', IRELAND, more), home);

  expect(logins.sort()).toEqual([IRELAND, OREGON, IRELAND_OTHER].sort());
  const calls = cluster.aws.issued.slice(before).map(({ region }) => region);
  expect(calls.sort()).toEqual(['eu-west-1', 'us-west-2']);
  const [one, two] = [await cluster.secret(home, 'aws-registry'), await cluster.secret(second, 'aws-registry')];
  expect(dockerConfig(two)).toEqual(dockerConfig(one));
  for (const host of [IRELAND, IRELAND_OTHER, OREGON]) expect(await push(host, secret)).toBeUndefined();
  expect(await push(CHINA, secret, 'elsewhere')).toMatch(REFUSED);
});

test('China and GovCloud, side by side in a cluster, each with its own refresher', async () => {
  for (const [region, host] of [
    ['cn-north-1', CHINA],
    ['us-gov-west-1', GOVCLOUD],
  ]) {
    const namespace = await cluster.namespace();

    const { logins, secret } = await secretOf(values(namespace, region, host), namespace);

    expect(logins).toEqual([host]);
    expect(cluster.aws.issued.at(-1)).toMatchObject({ region });
    expect(await push(host, secret)).toBeUndefined();
  }
});

test.each(FORMS)('%s: the key is the host of the image reference', async (_form, region, host) => {
  const namespace = await cluster.namespace();

  const { logins, secret } = await secretOf(values(namespace, region, host), namespace);

  expect(logins).toEqual([host]);
  expect(await push(host, secret)).toBeUndefined();
});
