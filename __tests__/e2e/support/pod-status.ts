import { type ApiClient, ApiError } from './api-client';
import type { Container, Pod } from './pod';
import { waitFor } from './process';

export interface ContainerRecord {
  readonly name: string;
  /** Standard output and standard error, in the order in which they were written. */
  log: string;
  /** `undefined` while it runs. */
  exitCode?: number;
  startedAt: string;
  finishedAt?: string;
  message?: string;
}

/** What the kubelet reports to the API server about a pod. */
export class PodStatus {
  /** The containers that started, in order. */
  readonly containers: ContainerRecord[] = [];
  private readonly startTime = now();
  private phase = 'Pending';
  private reason?: string;
  private readonly waits = new Map<string, string>();

  constructor(
    private readonly pod: Pod,
    private readonly context: { readonly api: ApiClient; readonly podIp: string },
  ) {}

  /** Does the work of the scheduler. */
  async bind(node: string): Promise<void> {
    if (this.pod.spec.nodeName === undefined) {
      await this.context.api.post(`${this.path}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: this.pod.metadata.name },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      });
      this.pod.spec.nodeName = node;
    }
    await this.report();
  }

  started({ name }: Container): ContainerRecord {
    const record: ContainerRecord = { name, log: '', startedAt: now() };
    this.containers.push(record);
    this.waits.delete(name);
    return record;
  }

  stopped({ name }: Container, exitCode: number, message: string): void {
    const record = this.containers.find((one) => one.name === name);
    if (record) Object.assign(record, { exitCode, finishedAt: now(), message });
  }

  async waiting(container: string, message: string): Promise<void> {
    this.waits.set(container, message);
    await this.report();
  }

  async end(phase: string, reason: string | undefined): Promise<void> {
    this.reason = reason;
    await this.report(phase);
  }

  /** Reports the status, and repeats it until the API server accepts it. */
  async report(phase = this.phase): Promise<void> {
    this.phase = phase;
    const { initContainers = [], containers } = this.pod.spec;
    const isReady = phase === 'Running';
    const status = {
      phase,
      reason: this.reason,
      hostIP: '127.0.0.1',
      podIP: this.context.podIp,
      podIPs: [{ ip: this.context.podIp }],
      startTime: this.startTime,
      conditions: ['PodScheduled', 'Initialized', 'Ready', 'ContainersReady'].map((type) => ({
        type,
        status: type === 'PodScheduled' || isReady ? 'True' : 'False',
      })),
      initContainerStatuses: initContainers.map((container) => this.containerStatus(container)),
      containerStatuses: containers.map((container) => this.containerStatus(container)),
    };
    await this.insist(() => this.context.api.patch(`${this.path}/status`, { status }));
  }

  /** Completes the deletion of a pod, which only its kubelet may do. */
  async remove(): Promise<void> {
    const { uid } = this.pod.metadata;
    await this.insist(() =>
      this.context.api.delete(this.path, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds: 0,
        preconditions: { uid },
      }),
    );
  }

  private containerStatus({ name, image }: Container): unknown {
    const record = this.containers.find((one) => one.name === name);
    const common = { name, image, imageID: '', restartCount: 0 };
    if (record === undefined) {
      const message = this.waits.get(name) ?? this.waits.get('pod');
      const reason = this.waits.has(name) ? 'CreateContainerConfigError' : 'PodInitializing';
      return { ...common, ready: false, state: { waiting: { reason, message } } };
    }
    const { startedAt, finishedAt, exitCode, message } = record;
    if (exitCode === undefined) return { ...common, ready: true, started: true, state: { running: { startedAt } } };
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    return { ...common, ready: false, state: { terminated: { exitCode, reason, message, startedAt, finishedAt } } };
  }

  private get path(): string {
    const { name, namespace } = this.pod.metadata;
    return `/api/v1/namespaces/${namespace}/pods/${name}`;
  }

  private async insist(send: () => Promise<unknown>): Promise<void> {
    await waitFor(
      'the API server to accept a pod status',
      async () => {
        try {
          await send();
          return true;
        } catch (error) {
          if (error instanceof ApiError && error.status < 500 && error.status !== 409) {
            // the pod no longer exists
            if (error.status === 404) return true;
            throw error;
          }
          return false;
        }
      },
      { timeoutMs: 120_000, intervalMs: 200 },
    );
  }
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
