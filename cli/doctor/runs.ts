import { lastLine } from './foreign-text';
import { cronJobOf, firstJobOf, jobsRef, podsRef } from './refs';
import { refOf, Snapshot } from './snapshot';
import { Answer, DoctorRegistry, KubeObject } from './types';

/** One run of a token refresher: a Job. */
export interface Run {
  readonly job: KubeObject;
  readonly isFirst: boolean;
  readonly state: 'complete' | 'failed' | 'active';
  /** When it ended; of one that is active, when it was made. */
  readonly at: Date;
  /** Why it failed, in one word of the Job controller's. */
  readonly reason?: string;
  /** Pods of it that failed. */
  readonly failedPods: number;
}

interface JobStatus {
  readonly failed?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly lastTransitionTime?: string;
  }[];
}

/** The runs of a registry's refresher that are still there, the newest first. */
export function runsOf(registry: DoctorRegistry, snapshot: Snapshot): Run[] {
  const cronJob = cronJobOf(registry);
  if (cronJob?.metadata.namespace === undefined) return [];
  const jobs = snapshot.list(jobsRef(cronJob.metadata.namespace));
  const live = snapshot.object(refOf(cronJob));
  const uid = live.kind === 'found' ? live.value.metadata.uid : undefined;
  const first = firstJobOf(registry)?.metadata.name;
  const own = (jobs.kind === 'found' ? jobs.value : []).filter(
    ({ metadata }) => metadata.name === first || metadata.ownerReferences?.some((owner) => owner.uid === uid),
  );
  return own
    .map((job) => runOf(job, job.metadata.name === first))
    .sort((a, b) => createdAt(b.job).getTime() - createdAt(a.job).getTime());
}

/** When the refresher succeeded last, as far as anything in the cluster remembers. */
export function lastSuccess(registry: DoctorRegistry, snapshot: Snapshot): Date | undefined {
  const cronJob = cronJobOf(registry);
  const live = cronJob && snapshot.object(refOf(cronJob));
  const status =
    live?.kind === 'found' ? (live.value.status as { lastSuccessfulTime?: string } | undefined) : undefined;
  const times = runsOf(registry, snapshot)
    .filter(({ state }) => state === 'complete')
    .map(({ at }) => at.getTime());
  if (status?.lastSuccessfulTime !== undefined) times.push(Date.parse(status.lastSuccessfulTime));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

/**
 * The runs since the last success, the newest first. An older failure is mended.
 *
 * Kubernetes writes times in whole seconds. A failure in the second of the success counts as the older one; a run that
 * was made in that second and is still active does not.
 */
export function runsSinceSuccess(registry: DoctorRegistry, snapshot: Snapshot): Run[] {
  const success = lastSuccess(registry, snapshot);
  return runsOf(registry, snapshot).filter(({ state, at }) => {
    if (state === 'complete') return false;
    if (success === undefined) return true;
    return state === 'active' ? at >= success : at > success;
  });
}

/** The Jobs whose pods tell what is wrong. */
export function jobsToExplain(registry: DoctorRegistry, snapshot: Snapshot): KubeObject[] {
  return runsSinceSuccess(registry, snapshot).map(({ job }) => job);
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** The last line of the newest container that failed, which the kubelet keeps in the pod's status. */
export function terminationMessage(pods: Answer<readonly KubeObject[]>): string | undefined {
  for (const { containers } of podsOf(pods)) {
    const failed = containers.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0)?.state?.terminated;
    const line = lastLine(failed?.message ?? '');
    if (line !== '') return line;
    if (failed?.reason !== undefined && failed.reason !== 'Error') return failed.reason;
  }
  return undefined;
}

/** What a pod that does not get to run waits for. */
export function waitingReason(pods: Answer<readonly KubeObject[]>): string | undefined {
  for (const { status, containers } of podsOf(pods)) {
    const waiting = containers
      .map(({ state }) => state?.waiting)
      .find((one) => /Err|BackOff|Invalid/.test(one?.reason ?? ''));
    if (waiting !== undefined) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
    const unscheduled = status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
    if (unscheduled !== undefined) return `no node accepts it: ${unscheduled.message ?? ''}`;
  }
  return undefined;
}

/** Its pods, the newest first; the list of containers in the order in which they run. */
function podsOf(pods: Answer<readonly KubeObject[]>): { status: PodStatus; containers: ContainerStatus[] }[] {
  if (pods.kind !== 'found') return [];
  return [...pods.value]
    .sort((a, b) => createdAt(b).getTime() - createdAt(a).getTime())
    .map((pod) => {
      const status = (pod.status ?? {}) as PodStatus;
      return { status, containers: [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])] };
    });
}

/** How many pods a run has now. */
export function podCount(job: KubeObject, snapshot: Snapshot): number | undefined {
  const pods = snapshot.list(podsRef(job));
  return pods.kind === 'found' ? pods.value.length : undefined;
}

function runOf(job: KubeObject, isFirst: boolean): Run {
  const { conditions = [], failed = 0 } = (job.status ?? {}) as JobStatus;
  const ended = conditions.find(({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True');
  const common = { job, isFirst, failedPods: failed };
  if (ended === undefined) return { ...common, state: 'active', at: createdAt(job) };
  const at = new Date(ended.lastTransitionTime ?? createdAt(job));
  return { ...common, at, state: ended.type === 'Complete' ? 'complete' : 'failed', reason: ended.reason };
}

function createdAt({ metadata }: KubeObject): Date {
  return new Date(metadata.creationTimestamp ?? 0);
}
