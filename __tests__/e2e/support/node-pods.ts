import type { KubernetesObject } from './api-client';
import type { ControlPlane } from './control-plane';
import type { PodSpec } from './pod';
import { waitFor } from './process';

/** A pod as its kubelet reports it. */
export interface RealPod extends KubernetesObject {
  readonly spec: PodSpec;
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly exitCode: number; readonly reason: string; readonly message?: string };
  };
}

interface Job extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; reason?: string }[] };
}

/**
 * Long enough for a busy machine, where a pod that runs out of time is retried. It only ends waits that never succeed.
 */
const PATIENCE_MS = 300_000;

/** The pods of one namespace on a real node. */
export class NodePods {
  constructor(
    private readonly plane: ControlPlane,
    readonly namespace: string,
  ) {}

  /** Waits until a Job is complete. Throws an error with the pods' logs if it failed. */
  async complete(job: string): Promise<void> {
    const ended = await this.waitForJob(job);
    if (ended !== 'Complete') throw new Error(`job ${job}: ${ended}\n${await this.logs(`job/${job}`)}`);
  }

  /** Waits until a Job has ended. Returns `Complete`, or the reason why it failed. */
  waitForJob(job: string): Promise<string> {
    let missing: string | undefined;
    return waitFor(
      `job ${job} to end`,
      async () => {
        missing = (await this.list(job)).map(missingImage).find(Boolean);
        const { status } = await this.plane.api.get<Job>(`/apis/batch/v1/namespaces/${this.namespace}/jobs/${job}`);
        const ended = status?.conditions?.find((one) => one.status === 'True' && /^(Complete|Failed)$/.test(one.type));
        return ended && (ended.type === 'Complete' ? 'Complete' : (ended.reason ?? 'Failed'));
      },
      {
        timeoutMs: PATIENCE_MS,
        intervalMs: 200,
        giveUp: () => missing && `${missing}: does install-node.sh make that image?`,
      },
    );
  }

  list(job?: string): Promise<RealPod[]> {
    const selector = job === undefined ? '' : `?labelSelector=batch.kubernetes.io/job-name=${job}`;
    return this.plane.api.list<RealPod>(`/api/v1/namespaces/${this.namespace}/pods${selector}`);
  }

  /** Waits until one of the pods meets the condition, and returns it. */
  waitForPod(what: string, isSo: (pod: RealPod) => boolean): Promise<RealPod> {
    return waitFor(`a pod in ${this.namespace}: ${what}`, async () => (await this.list()).find(isSo), {
      timeoutMs: PATIENCE_MS,
      intervalMs: 200,
    });
  }

  /** Waits until the pod with this name is gone from the API server. */
  async waitUntilGone(pod: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${pod}`;
    await waitFor(`${pod} to be gone`, async () => (await this.plane.api.find(path)) === undefined, {
      timeoutMs: PATIENCE_MS,
    });
  }

  /** The output of `kubectl logs` for a pod (`NAME`) or a Job (`job/NAME`), including errors. */
  async logs(whose: string): Promise<string> {
    const args = ['logs', whose, '-n', this.namespace, '--all-containers', '--prefix'];
    const { stdout, stderr } = await this.plane.tryKubectl(args);
    return stdout + stderr;
  }
}

/** The status of a container or an init container. */
export function statusOf({ status }: RealPod, container: string): ContainerStatus | undefined {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find(
    ({ name }) => name === container,
  );
}

/** Why the image of a container in the pod is missing. */
function missingImage({ status }: RealPod): string | undefined {
  const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return states.find(({ state }) => /^(ErrImage|ImagePull)/.test(state.waiting?.reason ?? ''))?.state.waiting?.message;
}

export function isRunning(pod: RealPod, container: string): boolean {
  return statusOf(pod, container)?.state.running !== undefined;
}
