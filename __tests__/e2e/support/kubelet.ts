import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './api-client';
import type { ControlPlane } from './control-plane';
import { awsCliImage, type Image, kubectlImage } from './images';
import type { Pod } from './pod';
import { PodRun, type PodResult, type PodOptions } from './pod-run';
import { removeFolder, sleep, temporaryFolder, waitFor } from './process';
import { requireRoot, requireTools } from './tools';

export const NODE = 'e2e-node';

export interface JobResult {
  readonly condition: 'Complete' | 'Failed';
  /** The reason in the Job's condition, if it failed. */
  readonly reason?: string;
  /** The pods, in the order in which the Job controller made them. */
  readonly pods: PodResult[];
}

interface Job extends KubernetesObject {
  readonly status?: { readonly conditions?: { type: string; status: string; reason?: string }[] };
}

/** The options of a Job's pods: the same for all, or by the number of the try, which starts at 0. */
export type OptionsOfTry = PodOptions | ((attempt: number) => PodOptions);

/**
 * Plays the kubelet for the pods that the controllers create: runs each container's real command on this machine, with
 * the mounts and the user of the pod, and reports the status to the API server.
 *
 * It does not support restarts (`restartPolicy: Never` only), capabilities, probes, lifecycle hooks, sidecars, seccomp,
 * separate networks, `kubectl logs` and `exec`, updates of volumes, a scheduler, or resource limits except the size of
 * volumes in memory. A `RealNode` has all of these. But it cannot stop, look and tamper between any two steps of a pod,
 * nor run hundreds of pods within minutes, as this class can.
 */
export class Kubelet {
  static async start(plane: ControlPlane): Promise<Kubelet> {
    requireRoot();
    requireTools('bwrap', 'unshare', 'nsenter', 'setpriv', 'strace', 'bash', 'aws', 'kubectl');
    const folder = temporaryFolder('kubelet');
    const images = [await awsCliImage(folder), kubectlImage(folder)];
    await plane.api.post('/api/v1/nodes', { metadata: { name: NODE } });
    return new Kubelet(plane, folder, images);
  }

  /** Variables that the AWS CLI's image sets, to reach the AWS of the tests. A pod's own variables override them. */
  awsEnvironment: Readonly<Record<string, string>> = {};
  /** The port at which containers reach the API server: its own port, or that of an `ApiProxy`. */
  apiPort: number;

  private readonly runs: PodRun[] = [];

  private constructor(
    readonly plane: ControlPlane,
    private readonly folder: string,
    /** The stand-ins for the images of the pods. */
    readonly images: Image[],
  ) {
    this.apiPort = plane.port;
  }

  /** The next pod that waits for a kubelet, of one Job or of the whole namespace. */
  pendingPod(namespace: string, job?: string, timeoutMs = 30_000): Promise<Pod> {
    const whose = job === undefined ? `in ${namespace}` : `of job ${job}`;
    return waitFor(`a pending pod ${whose}`, async () => (await this.pendingPods(namespace, job)).at(0), { timeoutMs });
  }

  /** Starts a pod. `finished` of the returned value tells how it ended. */
  start(pod: Pod, options: PodOptions = {}): PodRun {
    const folder = join(this.folder, pod.metadata.uid);
    mkdirSync(folder);
    const images = this.images.map((image) =>
      image.entrypoint[0].endsWith('/aws') ? { ...image, env: { ...image.env, ...this.awsEnvironment } } : image,
    );
    const run = new PodRun(pod, options, {
      api: this.plane.api,
      apiPort: this.apiPort,
      folder,
      images,
      node: NODE,
      podIp: `10.244.${this.runs.length >> 8}.${this.runs.length & 255}`,
    });
    this.runs.push(run);
    return run;
  }

  /** Runs a pod to its end. */
  run(pod: Pod, options: PodOptions = {}): Promise<PodResult> {
    return this.start(pod, options).finished;
  }

  /** Runs every pod that a Job makes until the Job is Complete or Failed. */
  async runJob(namespace: string, name: string, options: OptionsOfTry = {}, timeoutMs = 120_000): Promise<JobResult> {
    const pods: PodResult[] = [];
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const [pod] = await this.pendingPods(namespace, name);
      if (pod !== undefined) {
        pods.push(await this.run(pod, typeof options === 'function' ? options(pods.length) : options));
        continue;
      }
      const job = await this.plane.api.get<Job>(`/apis/batch/v1/namespaces/${namespace}/jobs/${name}`);
      const ended = job.status?.conditions?.find(
        ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
      );
      if (ended !== undefined) {
        return { condition: ended.type as JobResult['condition'], reason: ended.reason, pods };
      }
      if (Date.now() > deadline) throw new Error(`job ${name} is neither Complete nor Failed`);
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    this.runs.forEach((run) => run.kill());
    await Promise.all(this.runs.map((run) => run.finished.catch(() => undefined)));
    removeFolder(this.folder);
  }

  private async pendingPods(namespace: string, job: string | undefined): Promise<Pod[]> {
    const selector = job === undefined ? '' : `?labelSelector=batch.kubernetes.io/job-name=${job}`;
    const pods = await this.plane.api.list<Pod>(`/api/v1/namespaces/${namespace}/pods${selector}`);
    const taken = new Set(this.runs.map(({ pod }) => pod.metadata.uid));
    return pods.filter(
      ({ metadata, status }) =>
        status?.phase === 'Pending' && metadata.deletionTimestamp === undefined && !taken.has(metadata.uid),
    );
  }
}
