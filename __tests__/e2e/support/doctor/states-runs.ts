import type { KubeObject } from '../../../../cli/doctor';
import { container, type DoctorCluster } from './cluster';
import { waitFor } from '../process';
import { change, HOUR, nothing, refresher, remove, type WrongState } from './state';

// The runs of the token refresher.

const later = (hours: number) => () => ({ now: new Date(Date.now() + hours * HOUR) });

/** Starts a run of the refresher with changes in the Job's spec, and returns its name. */
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
  // wait until the Job controller has decided whether to retry
  await waitFor(`${job} to retry or to end`, async () => {
    const { spec, status } = JSON.parse(await cluster.kubectl('get', `job/${job}`, '-o', 'json')) as KubeObject;
    const { conditions = [] } = status as { conditions?: { type: string }[] };
    return (spec as { backoffLimit: number }).backoffLimit > 0 || conditions.some(({ type }) => type === 'Failed');
  });
}

/** A run that fails for good. The default message holds a password of the Secret and something like a token. */
export async function failedRun(cluster: DoctorCluster, name?: string, message?: string): Promise<void> {
  const job = await startRun(cluster, { backoffLimit: 0 }, name);
  const token = `eyJ${'x'.repeat(60)}`;
  cluster.secrets.push(token);
  await failRun(
    cluster,
    job,
    message ?? `FAILED: AWS gave no token, not for ${cluster.secrets[0]} ${token}. To do: renew the keys`,
  );
}

export const RUNS: readonly WrongState[] = [
  {
    title: 'a suspended CronJob',
    codes: ['refresher-suspended'],
    break: change('CronJob', { spec: { suspend: true } }),
  },
  { title: 'no first Job, and no success', codes: ['first-job-missing'], break: remove('Job'), play: true },
  {
    title: 'a first Job that failed',
    codes: ['first-job-failed'],
    break: async (cluster: DoctorCluster): Promise<void> => {
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
    title: 'a run that failed, with a log but without a message',
    codes: ['run-failed'],
    break: async (cluster: DoctorCluster): Promise<void> => {
      const job = await startRun(cluster, { backoffLimit: 0 });
      const [pod] = await cluster.podsOf(job);
      await cluster.node.take(pod, `the line before\nFAILED: by the log, not for ${cluster.secrets[0]}\n`);
      await failRun(cluster, job, '');
    },
    play: true,
    says: /It said: FAILED: by the log, not for \[\.\.\.\]$/m,
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
    break: async (cluster: DoctorCluster): Promise<void> => {
      const [pod] = await cluster.podsOf(await startRun(cluster, {}));
      const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
      await cluster.podStatus(pod.metadata.name, {
        initContainerStatuses: [{ ...container('token'), state: { waiting } }],
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
    title: 'no refresh until the token has expired',
    codes: ['refresher-stale', 'token-expired'],
    options: later(13),
    mend: nothing,
  },
];
