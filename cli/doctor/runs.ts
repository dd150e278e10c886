import { lastLine } from './foreign-text';
import { cronJobOf, firstJobOf, jobsRef, podsRef } from './refs';
import { refOf, Snapshot } from './snapshot';
import { Answer, DoctorRegistry, KubeObject } from './types';

/** One run of a token refresher: a Job. */
export interface Run {
  readonly job: KubeObject;
  readonly isFirst: boolean;
  readonly state: 'complete' | 'failed' | 'active';
  /** The time at which it ended or, if it is active, was created. */
  readonly at: Date;
  /** Why it failed, as the Job controller's reason. */
  readonly reason?: string;
  /** The number of its pods that failed. */
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

/** The runs of a registry's refresher that still exist, the newest first. */
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

/** The last success of the refresher, as far as the cluster has a record of it. */
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
 * The runs since the last success, the newest first. Older failures no longer matter.
 *
 * Kubernetes writes times in whole seconds. A failure in the same second as the success counts as older. A run that was
 * created in that second and is still active counts as newer.
 */
export function runsSinceSuccess(registry: DoctorRegistry, snapshot: Snapshot): Run[] {
  const success = lastSuccess(registry, snapshot);
  return runsOf(registry, snapshot).filter(({ state, at }) => {
    if (state === 'complete') return false;
    if (success === undefined) return true;
    return state === 'active' ? at >= success : at > success;
  });
}

/** The Jobs whose pods show what is wrong. */
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

/** The last line of the newest container that failed, from the pod's status. */
export function terminationMessage(pods: Answer<readonly KubeObject[]>): string | undefined {
  for (const { containers } of podsOf(pods)) {
    const failed = containers.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0)?.state?.terminated;
    const line = lastLine(failed?.message ?? '');
    if (line !== '') return line;
    if (failed?.reason !== undefined && failed.reason !== 'Error') return failed.reason;
  }
  return undefined;
}

/** The reason why a pod cannot start. */
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

/** The pods, the newest first, with their containers in the order in which they run. */
function podsOf(pods: Answer<readonly KubeObject[]>): { status: PodStatus; containers: ContainerStatus[] }[] {
  if (pods.kind !== 'found') return [];
  return [...pods.value]
    .sort((a, b) => createdAt(b).getTime() - createdAt(a).getTime())
    .map((pod) => {
      const status = (pod.status ?? {}) as PodStatus;
      return { status, containers: [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])] };
    });
}

/** The number of pods that a run has now. */
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
