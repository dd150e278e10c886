import { base64, container, deployment, type DoctorCluster } from './doctor-cluster';
import { waitFor } from './process';
import { EXPIRES_AT } from '../../../cli/doctor/check-secret';
import type { DiagnoseOptions, KubeObject } from '../../../cli/doctor';

/** A state of the cluster that is wrong. */
export interface WrongState {
  readonly title: string;
  /** The codes of all lines that are wrong: no more, no less. */
  readonly codes: readonly string[];
  readonly break?: (cluster: DoctorCluster) => Promise<unknown>;
  /** What is another for the doctor. */
  readonly options?: (cluster: DoctorCluster) => Partial<DiagnoseOptions>;
  /** What makes it right again. Default: the commands that the lines propose. */
  readonly mend?: (cluster: DoctorCluster) => Promise<unknown>;
  /** After that, the pods of the refresher run. */
  readonly play?: boolean;
  /** What the lines must say, and what they must not. */
  readonly says?: RegExp;
}

const nothing = (): Promise<void> => Promise.resolve();
const HOUR = 3600_000;
const DOCKERHUB = 'https://index.docker.io/v1/';

const merge = (cluster: DoctorCluster, object: string, patch: object): Promise<string> =>
  cluster.kubectl('patch', object, '--type=merge', '-p', JSON.stringify(patch));
const refresher = (cluster: DoctorCluster, kind: string): string =>
  `${kind.toLowerCase()}/${cluster.manifest(kind).metadata.name}`;
const remove = (kind: string) => (cluster: DoctorCluster) => cluster.kubectl('delete', refresher(cluster, kind));
const change = (kind: string, patch: object) => (cluster: DoctorCluster) =>
  merge(cluster, refresher(cluster, kind), patch);
const annotate = (value: string) => (cluster: DoctorCluster) =>
  cluster.kubectl('annotate', '--overwrite', 'secret/aws-registry', value);
/** The Docker Hub Secret with another docker config. */
const loginSecret = (config: object) => (cluster: DoctorCluster) =>
  merge(cluster, 'secret/dockerhub-push-secret', { data: { '.dockerconfigjson': base64(JSON.stringify(config)) } });
const later = (hours: number) => () => ({ now: new Date(Date.now() + hours * HOUR) });
const setPrimeHub =
  (...values: string[]) =>
  (cluster: DoctorCluster) =>
    cluster.shell(
      `helm --namespace hub upgrade --reuse-values primehub infuseai/primehub ${values.map((one) => `--set ${one}`).join(' ')}`,
    );
const restorePrimeHub = (cluster: DoctorCluster): Promise<string> =>
  cluster.shell('helm --namespace hub upgrade --reuse-values -f dist/helm/ecr.values.yaml primehub infuseai/primehub');

/** A run of the refresher with this Job's spec changed; gives its name. */
async function startRun(cluster: DoctorCluster, spec: object, name = `run-${Date.now()}`): Promise<string> {
  const text = await cluster.kubectl(
    ...['create', 'job', `--from=${refresher(cluster, 'CronJob')}`, name, '--dry-run=client', '-o', 'json'],
  );
  const job = JSON.parse(text) as KubeObject & { spec: object };
  await cluster.apply({ ...job, spec: { ...job.spec, ...spec } });
  return name;
}

async function failRun(cluster: DoctorCluster, job: string, message: string): Promise<void> {
  for (const pod of await cluster.podsOf(job)) await cluster.endPod(pod, message);
  await waitFor(`${job} to count its failed pod`, async () => {
    const { status } = JSON.parse(await cluster.kubectl('get', `job/${job}`, '-o', 'json')) as KubeObject;
    return ((status as { failed?: number }).failed ?? 0) > 0;
  });
  // by then the Job controller has said whether that was all
  await waitFor(`${job} to go on or to end`, async () => {
    const { spec, status } = JSON.parse(await cluster.kubectl('get', `job/${job}`, '-o', 'json')) as KubeObject;
    const { conditions = [] } = status as { conditions?: { type: string }[] };
    return (spec as { backoffLimit: number }).backoffLimit > 0 || conditions.some(({ type }) => type === 'Failed');
  });
}

/** A run that fails for good, with a last line that holds a password of the Secret and something like a token. */
async function failedRun(cluster: DoctorCluster, name?: string): Promise<void> {
  const job = await startRun(cluster, { backoffLimit: 0 }, name);
  const token = `eyJ${'x'.repeat(60)}`;
  cluster.secrets.push(token);
  await failRun(
    cluster,
    job,
    `FAILED: AWS gave no token, not for ${cluster.secrets[0]} ${token}. To do: renew the keys`,
  );
}

const cronJob = (name: string, namespace: string, labels: object, command: string, annotations = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace, labels, annotations },
  spec: {
    schedule: '0 */8 * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'kubectl', image: 'kubectl', command: ['sh', '-c', command] }],
          },
        },
      },
    },
  },
});
const WRITES =
  'kubectl delete secret --namespace hub aws-registry; kubectl create secret --namespace hub docker-registry aws-registry';

const STATES: readonly WrongState[] = [
  {
    title: 'a namespace that is not there',
    codes: ['namespace-missing'],
    options: ({ registries }) => ({
      registries: registries.map((one) => (one.name === 'quay' ? { ...one, namespaces: ['hub', 'lab'] } : one)),
    }),
    mend: nothing,
  },
  {
    title: 'no Prometheus operator',
    codes: ['operator-missing'],
    break: (cluster) => cluster.kubectl('delete', 'crd/prometheusrules.monitoring.coreos.com'),
    mend: async (cluster) => {
      await cluster.applyDefinitions();
      await cluster.plane.kubectl(['apply', '-f', cluster.dist]);
    },
  },
  {
    title: 'an External Secrets Operator that is too old for v1',
    codes: ['operator-too-old'],
    options: ({ registries }) => ({
      registries: registries.map((one) => ({
        ...one,
        manifests: one.manifests.map((object) =>
          object.kind === 'ExternalSecret' ? { ...object, apiVersion: 'external-secrets.io/v2' } : object,
        ),
      })),
    }),
    mend: nothing,
  },
  {
    title: 'the push Secret of a refresher deleted',
    codes: ['secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'secret/aws-registry'),
    play: true,
  },
  {
    title: 'a plaintext push Secret never applied',
    codes: ['secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'secret/dockerhub-push-secret'),
  },
  {
    title: 'a push Secret of another type',
    codes: ['secret-type'],
    break: async (cluster) => {
      await cluster.kubectl('delete', 'secret/dockerhub-push-secret');
      await cluster.kubectl('create', 'secret', 'generic', 'dockerhub-push-secret', '--from-literal=password=x');
    },
  },
  {
    title: 'a push Secret without a docker config',
    codes: ['secret-broken'],
    break: loginSecret({ auths: 'none' }),
  },
  {
    title: 'a push Secret for another host name of the registry',
    codes: ['secret-no-host'],
    break: loginSecret({ auths: { 'docker.io': { auth: base64('u:p') } } }),
    says: /it has docker\.io/,
  },
  {
    title: 'a login without auth',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { username: 'u', password: 'p' } } }),
  },
  {
    title: 'an auth that does not decode',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { auth: 'u:p' } } }),
  },
  {
    title: 'a password with a line break at its end',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { auth: base64('u:p\n') } } }),
  },
  {
    title: 'a token Secret that somebody else wrote',
    codes: ['secret-other-writer'],
    break: async (cluster) => {
      const auth = base64(`AWS:${cluster.secret()}`);
      const config = { auths: { '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { auth } } };
      const data = { '.dockerconfigjson': base64(JSON.stringify(config)) };
      await merge(cluster, 'secret/aws-registry', { data });
    },
    play: true,
    says: /written last by kubectl-patch/,
  },
  {
    title: 'a token that is past',
    codes: ['token-expired'],
    break: annotate(`${EXPIRES_AT}=2026-01-01T00:00:00Z`),
    play: true,
  },
  {
    title: 'a token that ends before the next run',
    codes: ['token-expires-soon'],
    break: (cluster) => annotate(`${EXPIRES_AT}=${new Date(Date.now() + HOUR).toISOString()}`)(cluster),
    play: true,
  },
  { title: 'a token without an end', codes: ['token-no-expiry'], break: annotate(`${EXPIRES_AT}-`), play: true },
  { title: 'no CronJob', codes: ['cron-job-missing'], break: remove('CronJob') },
  {
    title: 'a CronJob with another schedule',
    codes: ['cron-job-changed'],
    break: change('CronJob', { spec: { schedule: '0 0 1 1 *' } }),
    says: /spec\.schedule/,
  },
  {
    title: 'a CronJob with one more container',
    codes: ['cron-job-changed'],
    break: (cluster) =>
      cluster.kubectl(
        ...['patch', refresher(cluster, 'CronJob'), '-p'],
        '{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"spy","image":"spy"}]}}}}}}',
      ),
    says: /delete cronjob/,
  },
  {
    title: 'a suspended CronJob',
    codes: ['refresher-suspended'],
    break: change('CronJob', { spec: { suspend: true } }),
  },
  { title: 'no service account', codes: ['service-account-missing'], break: remove('ServiceAccount') },
  {
    title: 'a changed service account',
    codes: ['service-account-changed'],
    break: change('ServiceAccount', { automountServiceAccountToken: true }),
  },
  { title: 'no Role', codes: ['role-missing'], break: remove('Role') },
  {
    title: 'a Role without its rule',
    codes: ['role-changed'],
    break: change('Role', { rules: [] }),
  },
  {
    title: 'a Role with one more rule',
    codes: ['role-changed'],
    break: (cluster) =>
      cluster.kubectl(
        ...['patch', refresher(cluster, 'Role'), '--type=json', '-p'],
        '[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["secrets"],"verbs":["list"]}}]',
      ),
  },
  { title: 'no RoleBinding', codes: ['role-binding-missing'], break: remove('RoleBinding') },
  {
    title: 'a RoleBinding for somebody else',
    codes: ['role-binding-changed'],
    break: change('RoleBinding', { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'hub' }] }),
  },
  {
    title: 'a changed settings ConfigMap',
    codes: ['config-map-changed'],
    break: change('ConfigMap', { data: { 'config.yaml': '{}' } }),
  },
  {
    title: 'no ExternalSecret',
    codes: ['external-secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'externalsecret/quay-push-secret'),
  },
  {
    title: 'an ExternalSecret that its operator cannot sync',
    codes: ['external-secret-not-synced'],
    break: (cluster) =>
      merge(cluster, 'externalsecret/quay-push-secret', {
        status: {
          conditions: [{ type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'no such key' }],
        },
      }),
    mend: (cluster) => merge(cluster, 'externalsecret/quay-push-secret', { status: null }),
    says: /SecretSyncedError: no such key/,
  },
  { title: 'no first Job, and no success', codes: ['first-job-missing'], break: remove('Job'), play: true },
  {
    title: 'a first Job that failed',
    codes: ['first-job-failed'],
    break: async (cluster) => {
      await remove('Job')(cluster);
      await failedRun(cluster, cluster.manifest('Job').metadata.name);
    },
    play: true,
    says: /It said: FAILED: AWS gave no token, not for \[\.\.\.\] \[\.\.\.\]\. To do: renew the keys/,
  },
  {
    title: 'a run that failed',
    codes: ['run-failed'],
    break: (cluster) => failedRun(cluster),
    play: true,
    says: /BackoffLimitExceeded/,
  },
  {
    title: 'a run that fails again and again',
    codes: ['run-failing'],
    break: async (cluster) => failRun(cluster, await startRun(cluster, {}), 'FAILED: no egress'),
    mend: nothing,
    play: true,
    says: /FAILED: no egress/,
  },
  {
    title: 'a run whose image cannot be pulled',
    codes: ['run-stuck'],
    break: async (cluster) => {
      const [pod] = await cluster.podsOf(await startRun(cluster, {}));
      const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
      await cluster.podStatus(pod.metadata.name, {
        initContainerStatuses: [{ ...container('aws'), state: { waiting } }],
      });
    },
    mend: nothing,
    play: true,
    says: /ImagePullBackOff: no such image/,
  },
  {
    title: 'no refresh for too long',
    codes: ['refresher-stale', 'token-expires-soon'],
    options: later(9),
    mend: nothing,
  },
  {
    title: 'no refresh until the token is past',
    codes: ['refresher-stale', 'token-expired'],
    options: later(13),
    mend: nothing,
  },
  {
    title: 'the chart aws-ecr-credential beside us',
    codes: ['old-chart'],
    break: (cluster) =>
      cluster.apply(cronJob('creds-cron', 'default', { 'helm.sh/chart': 'aws-ecr-credential-1.5.1' }, WRITES)),
  },
  {
    title: 'another CronJob that writes the Secret',
    codes: ['other-refresher'],
    break: (cluster) => cluster.apply(cronJob('login', 'default', {}, WRITES)),
  },
  {
    title: 'PrimeHub with another repository',
    codes: ['primehub-settings'],
    break: setPrimeHub('customImage.pushRepo=x/y'),
    says: /customImage\.pushRepo/,
  },
  {
    title: 'PrimeHub with a registry of none of ours',
    codes: ['primehub-settings'],
    break: setPrimeHub('customImage.pushSecretName=theirs'),
    mend: restorePrimeHub,
    says: /none of ecr, dockerhub, quay, harbor/,
  },
  {
    title: 'a console that does not know the endpoint',
    codes: ['primehub-console'],
    break: (cluster) => cluster.apply(deployment('primehub-console')),
  },
  {
    title: 'a controller that goes by its environment',
    codes: ['primehub-controller-override'],
    break: (cluster) => cluster.apply(deployment('primehub-controller', ['CUSTOMIMAGE_PUSHREPO', 'x/y'])),
  },
  {
    title: 'a password in the Helm release and the settings',
    codes: ['password-in-config', 'password-in-release'],
    break: (cluster) => setPrimeHub(`customImage.registryPassword=${cluster.secret()}`)(cluster),
    mend: async (cluster) => {
      await setPrimeHub('customImage.registryPassword=')(cluster);
      // the revision with the password goes too: the next state brings it back
      await cluster.kubectl('delete', 'secret', '-l', 'owner=helm,status=superseded');
    },
  },
  {
    title: 'a password in an earlier revision',
    codes: ['password-in-history'],
    break: async (cluster) => {
      await setPrimeHub(`customImage.registryPassword=${cluster.secret()}`)(cluster);
      await setPrimeHub('customImage.registryPassword=')(cluster);
    },
  },
];

/** One state after the other: each is made from one in which all is right, and mended again. */
export function wrongStates(): readonly WrongState[] {
  return STATES;
}
