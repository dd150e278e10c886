import type { KubernetesObject } from './support/api-client';
import { Clients, failure, REFUSED } from './support/clients';
import {
  dockerConfig,
  EcrCluster,
  type Installed,
  installed,
  logOf,
  passwords,
  type PushSecret,
  synthesize,
} from './support/ecr';
import { OWN_ADDRESS, PrivateHosts } from './support/hosts';
import { LoopbackRegistry } from './support/registry';

// From the values file in the docs to a push, by `kubectl apply -f dist/` on a real control plane.

jest.setTimeout(120_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
/** A values file like in the docs, with the values of the chart aws-ecr-credential. */
const values = (namespace: string, aws = ''): string => `
targetNamespace: ${namespace}
aws: { account: "123456789012", region: eu-west-1${aws} }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: aws-registry
`;

let cluster: EcrCluster;

beforeAll(async () => {
  cluster = await EcrCluster.start();
});

afterAll(async () => {
  await cluster?.stop();
});

async function secretOf(namespace: string): Promise<PushSecret> {
  const found = await cluster.secret(namespace, 'aws-registry');
  if (found === undefined) throw new Error('there is no Secret');
  return found;
}

/** The objects of `dist/` as the API server has them. */
function live({ objects, namespace }: Installed): Promise<string> {
  const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  return cluster.plane.kubectl(['get', '-n', namespace, '-o', 'json', ...names]);
}

test('a pod whose user the cluster chooses is admitted by restricted, and sets no user, group or fsGroup', async () => {
  const namespace = await cluster.namespace('restricted');
  const refresher = installed(await synthesize(values(namespace, ', pod: { runAsUser: cluster }')));

  const { code, stderr } = await cluster.apply(refresher);
  const pod = await cluster.kubelet.pendingPod(namespace, refresher.firstJob);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // only seccomp and runAsNonRoot, as OpenShift's security context constraint fills in the rest
  expect(pod.spec.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
});

describe('dist/ in an empty namespace that enforces restricted', () => {
  let namespace: string;
  let refresher: Installed;

  beforeAll(async () => {
    namespace = await cluster.namespace('restricted');
    refresher = installed(await synthesize(values(namespace)));
  });

  test('is admitted without a warning', async () => {
    const { code, stdout, stderr } = await cluster.apply(refresher);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual(
      refresher.objects.map(() => expect.stringMatching(/ created$/) as string),
    );
    expect(await cluster.secret(namespace, 'aws-registry')).toBeUndefined();
  });

  test('the first Job leaves the Secret', async () => {
    const job = await cluster.completeFirstJob(refresher);

    expect(logOf(job)).toContain('[kubectl] secret/aws-registry serverside-applied');
    const secret = await secretOf(namespace);
    expect(secret.type).toBe('kubernetes.io/dockerconfigjson');
    expect(Object.keys(secret.data)).toEqual(['.dockerconfigjson']);
    expect(passwords(secret)).toEqual({ [HOST]: cluster.aws.issued.at(-1)?.password });
    expect(secret.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'token-refresher' });
    expect(secret.metadata.ownerReferences).toBeUndefined();
    const { 'push-secret/refreshed-at': refreshed, 'push-secret/expires-at': expires } =
      secret.metadata.annotations ?? {};
    expect(Math.abs(Date.now() - Date.parse(refreshed))).toBeLessThan(600_000);
    expect(Math.abs(Date.parse(expires) - Date.parse(refreshed) - 12 * 3600_000)).toBeLessThan(60_000);
  });

  test('buildah pushes with the Secret, and no longer once AWS accepts only another token', async () => {
    const hosts = PrivateHosts.create([HOST], OWN_ADDRESS);
    const latest = {
      username: 'AWS',
      get password(): string {
        return cluster.aws.issued.at(-1)?.password ?? 'nobody was given a token yet';
      },
    };
    const sites = [{ hosts: [HOST], users: [latest] }];
    const registry = await LoopbackRegistry.start({ sites, tls: hosts.tls, address: OWN_ADDRESS, port: 443 });
    const clients = await Clients.open(hosts);
    try {
      const secret = clients.mount(dockerConfig(await secretOf(namespace)));
      const target = `${HOST}/notebooks:tensorflow-3f9a1c0`;

      expect(failure(await clients.buildah({ secret, target }))).toBeUndefined();
      expect(registry.pushes).toEqual([
        { host: HOST, username: 'AWS', repository: 'notebooks', reference: 'tensorflow-3f9a1c0' },
      ]);

      await cluster.refresh(refresher);
      expect(failure(await clients.buildah({ secret, target }))).toMatch(REFUSED);
      const fresh = clients.mount(dockerConfig(await secretOf(namespace)));
      expect(failure(await clients.buildah({ secret: fresh, target }))).toBeUndefined();
    } finally {
      clients.close();
      await registry.stop();
      hosts.close();
    }
  });

  test('a changed pod makes another first Job next to the old one, without an error', async () => {
    const old = await live(refresher);
    const secret = await secretOf(namespace);
    const changed = installed(
      await synthesize(values(namespace, ', pod: { nodeSelector: { kubernetes.io/os: linux } }')),
    );

    const { code, stdout, stderr } = await cluster.apply(changed);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(changed.firstJob).not.toBe(refresher.firstJob);
    const verbs = stdout
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(' unchanged'));
    expect(verbs.sort()).toEqual([
      `cronjob.batch/${refresher.name} configured`,
      `job.batch/${changed.firstJob} created`,
    ]);
    const jobOf = (list: string): KubernetesObject | undefined =>
      (JSON.parse(list) as { items: KubernetesObject[] }).items.find(({ kind }) => kind === 'Job');
    expect(jobOf(await live(refresher))).toEqual(jobOf(old));
    expect(await secretOf(namespace)).toEqual(secret);
    await cluster.completeFirstJob(changed);
    expect(passwords(await secretOf(namespace))).not.toEqual(passwords(secret));
  });

  test('deleting dist/ leaves the Secret, with which images are still pulled', async () => {
    const secret = await secretOf(namespace);

    await cluster.plane.kubectl(['delete', '-f', refresher.folder, '--wait=true']);

    expect(await secretOf(namespace)).toEqual(secret);
  });
});

test('takes over the Secret that the chart aws-ecr-credential left behind', async () => {
  const namespace = await cluster.namespace();
  const create = ['create', 'secret', 'docker-registry', 'aws-registry', '-n', namespace];
  // the commands of the chart's CronJob
  const login = [`--docker-server=https://${HOST}`, '--docker-username=AWS', '--docker-password=the last one'];
  await cluster.plane.kubectl([...create, ...login, '--docker-email=no@email.local']);
  const theirs = { 'app.kubernetes.io/managed-by': 'Helm', chart: 'aws-ecr-credential' };
  await cluster.plane.api.patch(`/api/v1/namespaces/${namespace}/secrets/aws-registry`, {
    metadata: { labels: theirs },
  });

  await cluster.completeFirstJob(await cluster.install(values(namespace)));

  const secret = await secretOf(namespace);
  // the chart's key for the same host would be a second entry, which some clients prefer
  expect(passwords(secret)).toEqual({ [HOST]: cluster.aws.issued.at(-1)?.password });
  expect(secret.metadata.labels).toEqual({ ...theirs, 'app.kubernetes.io/managed-by': 'token-refresher' });
});
