import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, ApiError } from './api-client';
import type { Image } from './images';
import type { Container, Pod } from './pod';
import { ContainerConfigError, environmentOf, expand } from './pod-environment';
import { PodSandbox, type RunningContainer } from './pod-sandbox';
import { type ContainerRecord, PodStatus } from './pod-status';
import { PodVolumes } from './pod-volumes';
import { sleep, waitFor } from './process';
import type { ProcessSnapshot } from './process-tree';

/** Functions that are called during a pod's life. The pod waits for all of them except `started`. */
export interface PodHooks {
  readonly beforePod?: (run: PodRun) => unknown;
  readonly beforeContainer?: (container: string, run: PodRun) => unknown;
  /** While the container runs. */
  readonly started?: (container: string, run: PodRun) => unknown;
  readonly afterContainer?: (container: string, run: PodRun) => unknown;
}

export interface PodOptions {
  /** What a mutating webhook changes in the pod. Default: nothing, as if it had missed the pod. */
  readonly webhook?: (pod: Pod) => void;
  readonly hooks?: PodHooks;
  /** Whether to record every program that containers start, with its arguments and variables. Default: no. */
  readonly traceExec?: boolean;
}

export interface PodResult {
  readonly pod: Pod;
  readonly phase: 'Succeeded' | 'Failed';
  /** Why it ended early, e.g. `Terminated`. */
  readonly reason?: string;
  /** The containers that started, in order. */
  readonly containers: readonly ContainerRecord[];
  /** The record of `traceExec`: strace's lines, each with all arguments and variables. */
  readonly execTrace: string;
}

interface Context {
  readonly api: ApiClient;
  readonly apiPort: number;
  readonly folder: string;
  readonly images: readonly Image[];
  readonly node: string;
  readonly podIp: string;
}

/** One pod on its way from Pending to Succeeded or Failed. */
export class PodRun {
  readonly finished: Promise<PodResult>;
  readonly pod: Pod;
  private readonly status: PodStatus;
  private readonly running = new Set<RunningContainer>();
  private sandbox?: PodSandbox;
  private ending?: { readonly reason: string };
  private isDeleted = false;
  private isOver = false;

  constructor(
    pod: Pod,
    private readonly options: PodOptions,
    private readonly context: Context,
  ) {
    this.pod = structuredClone(pod);
    options.webhook?.(this.pod);
    this.status = new PodStatus(this.pod, context);
    this.finished = this.live();
    // callers that wait for it get the error; without one, it is not an unhandled rejection
    this.finished.catch(() => undefined);
  }

  get containers(): readonly ContainerRecord[] {
    return this.status.containers;
  }

  /** What a container has written so far. */
  log(container: string): string {
    return this.containers.find(({ name }) => name === container)?.log ?? '';
  }

  /** Waits until a container has written this. Throws if it ends before. */
  async waitForLog(container: string, pattern: RegExp, timeoutMs?: number): Promise<void> {
    const record = this.containers.find(({ name }) => name === container);
    await waitFor(`${container} to write ${String(pattern)}`, () => pattern.test(this.log(container)), {
      timeoutMs,
      giveUp: () => (record?.exitCode === undefined ? undefined : `it ended with ${record.exitCode}:\n${record.log}`),
    });
  }

  /** The folder in which a volume can be read and written from outside while the pod lives. */
  volume(name: string): string {
    if (this.sandbox === undefined) throw new Error('the pod has no volumes yet');
    return this.sandbox.hostPath(PodVolumes.path(name));
  }

  /** The processes of its containers now, with their arguments and variables. */
  processes(): ProcessSnapshot[] {
    return [...this.running].flatMap((container) => container.processes());
  }

  /** Ends the pod at once, as when its node shuts down. The log stays, unlike that of an evicted pod (`real-node/`). */
  kill(): void {
    this.ending ??= { reason: 'Terminated' };
    this.running.forEach((container) => container.kill('SIGKILL'));
  }

  private async live(): Promise<PodResult> {
    const watch = this.watchForDeletion();
    try {
      rejectUnknown(this.pod);
      await this.status.bind(this.context.node);
      await this.options.hooks?.beforePod?.(this);
      const isDone = await this.runContainers();
      const phase = isDone && this.ending === undefined ? 'Succeeded' : 'Failed';
      await this.status.end(phase, this.ending?.reason);
      if (this.isDeleted) await this.status.remove();
      return {
        pod: this.pod,
        phase,
        reason: this.ending?.reason,
        containers: this.containers,
        execTrace: this.containers.map(({ name }) => this.readTrace(name)).join(''),
      };
    } finally {
      this.isOver = true;
      await this.sandbox?.stop();
      await watch;
    }
  }

  /** Whether all of them succeeded. */
  private async runContainers(): Promise<boolean> {
    if (this.ending) return false;
    this.sandbox = await PodSandbox.start(this.context.folder);
    const volumes = new PodVolumes(this.pod, this.sandbox, this.context.api);
    if (!(await this.untilThere('pod', () => volumes.create()))) return false;
    for (const container of this.pod.spec.initContainers ?? []) {
      if ((await this.runContainer(container)) !== 0) return false;
    }
    if (this.ending) return false;
    await this.status.report('Running');
    const codes = await Promise.all(this.pod.spec.containers.map((container) => this.runContainer(container)));
    return codes.every((code) => code === 0);
  }

  /** Its exit code; `undefined` if the pod ended before. */
  private async runContainer(container: Container): Promise<number | undefined> {
    const { hooks } = this.options;
    await hooks?.beforeContainer?.(container.name, this);
    const spec = await this.untilThere(container.name, () => this.containerSpec(container));
    if (spec === undefined || this.ending || this.sandbox === undefined) return undefined;

    const record = this.status.started(container);
    const running = this.sandbox.run(spec, (text) => (record.log += text));
    this.running.add(running);
    const reported = this.status.report();
    const hooked = this.callStarted(container.name);
    const code = await running.exited;
    this.running.delete(running);
    await reported;
    const hookError = await hooked;
    if (hookError !== undefined) throw hookError;
    this.status.stopped(container, code, this.readMessage(container));
    await this.status.report();
    await hooks?.afterContainer?.(container.name, this);
    return code;
  }

  /** The hook's error. The container must not outlive it. */
  private async callStarted(container: string): Promise<Error | undefined> {
    try {
      await this.options.hooks?.started?.(container, this);
      return undefined;
    } catch (error) {
      this.kill();
      return error as Error;
    }
  }

  private async containerSpec(container: Container): Promise<Parameters<PodSandbox['run']>[0]> {
    const image = this.context.images.find(({ matches }) => matches.test(container.image));
    if (image === undefined) throw new Error(`no stand-in for the image ${container.image}`);
    const [own = {}, shared = {}] = [container.securityContext, this.pod.spec.securityContext];
    const user = own.runAsUser ?? shared.runAsUser ?? image.user;
    const group = own.runAsGroup ?? shared.runAsGroup ?? 0;
    const environment = await environmentOf(this.pod, container, { ...this.context, image: image.env });
    const expanded = (words: readonly string[] | undefined): string[] | undefined =>
      words?.map((word) => expand(word, environment));
    const message = messageFile(container.name);
    writeFileSync(this.sandbox!.hostPath(message), '');
    chmodSync(this.sandbox!.hostPath(message), 0o666);
    return {
      command: [...(expanded(container.command) ?? image.entrypoint), ...(expanded(container.args) ?? [])],
      // a runtime adds this for a user that the image does not have
      environment: { HOME: user === 0 ? '/root' : '/', ...environment },
      workingDir: container.workingDir ?? image.workingDir,
      user,
      group,
      groups: [...new Set([group, shared.fsGroup ?? group])],
      hostname: this.pod.metadata.name,
      readOnlyRoot: own.readOnlyRootFilesystem ?? false,
      layout: image.layout,
      mounts: [
        ...(container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
          source: PodVolumes.path(name),
          path: mountPath,
          readOnly: readOnly || !this.isWritable(name),
        })),
        { source: message, path: container.terminationMessagePath ?? '/dev/termination-log', readOnly: false },
      ],
      execTrace: this.options.traceExec ? this.traceFile(container.name) : undefined,
    };
  }

  /** Retries while something that the pod refers to is missing, as the kubelet does while the pod lives. */
  private async untilThere<T>(what: string, make: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      if (this.ending) return undefined;
      try {
        return await make();
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        await this.status.waiting(what, error.message);
        await sleep(250);
      }
    }
  }

  private async watchForDeletion(): Promise<void> {
    const { name, namespace, uid } = this.pod.metadata;
    while (!this.isOver && !this.isDeleted) {
      const now = await this.context.api
        .find<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)
        // an API server that is down says nothing about the pod
        .catch((error: unknown) => (error instanceof ApiError ? undefined : this.pod));
      if (this.isOver) return;
      if (now?.metadata.uid !== uid || now.metadata.deletionTimestamp !== undefined) {
        this.isDeleted = true;
        this.ending ??= { reason: 'Deleted' };
        this.running.forEach((container) => container.kill('SIGTERM'));
        const grace = this.pod.spec.terminationGracePeriodSeconds ?? 30;
        await Promise.race([this.finished.catch(() => undefined), sleep(now === undefined ? 0 : grace * 1000)]);
        this.kill();
      }
      await sleep(250);
    }
  }

  private isWritable(volume: string): boolean {
    return this.pod.spec.volumes?.find(({ name }) => name === volume)?.emptyDir !== undefined;
  }

  /** The container's termination message, or the end of its log if the pod asks for that. */
  private readMessage({ name, terminationMessagePolicy: policy }: Container): string {
    const message = readFileSync(this.sandbox!.hostPath(messageFile(name)), 'utf8').slice(0, 4096);
    if (message !== '' || policy !== 'FallbackToLogsOnError') return message;
    return this.log(name).slice(-2048).split('\n').slice(-80).join('\n');
  }

  private traceFile(container: string): string {
    return join(this.context.folder, `${container}.strace`);
  }

  private readTrace(container: string): string {
    return this.options.traceExec ? readFileSync(this.traceFile(container), 'utf8') : '';
  }
}

function messageFile(container: string): string {
  return `message-${container}`;
}

const UNPLAYED = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe', 'envFrom'];

/** Refuses settings that a test would otherwise believe to have an effect. */
function rejectUnknown({ spec }: Pod): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const unknown = [
    ...(spec.restartPolicy === 'Never' ? [] : [`restartPolicy ${spec.restartPolicy}`]),
    ...(spec.hostNetwork ? ['hostNetwork'] : []),
    ...(containers.some(({ restartPolicy }) => restartPolicy !== undefined) ? ['sidecars'] : []),
    ...(containers.some(({ securityContext }) => securityContext?.privileged) ? ['privileged'] : []),
    ...containers
      .filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
      .map(({ name }) => `the capabilities of ${name}`),
    ...containers.flatMap((one) => UNPLAYED.filter((key) => key in one)),
    ...containers.flatMap(({ volumeMounts = [] }) =>
      volumeMounts.flatMap((one) => ('subPath' in one ? 'subPath' : [])),
    ),
  ];
  if (unknown.length > 0) throw new Error(`these tests' kubelet does not support: ${unknown.join(', ')}`);
}
