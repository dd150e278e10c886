import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './api-client';
import type { IssuedToken } from './aws';
import { type EcrCluster, type Installed, objectOf, passwords, type PushSecret, type Workload } from './ecr';
import type { JobResult } from './kubelet';
import type { PodSpec } from './pod';
import type { PodOptions } from './pod-run';

export const ACCOUNT = '123456789012';

/** The state of a Secret after a run: unchanged, complete and new, missing, or something that it must never be. */
export type Verdict = 'kept' | 'new' | 'none' | 'LOST';

/** A Job that a test may change before it is created. */
export interface JobManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: { activeDeadlineSeconds: number; backoffLimit: number; template: { spec: PodSpec } };
}

export interface Fault {
  /** Causes the fault, and returns a function that removes it. */
  readonly inject?: () => Undo | Promise<Undo>;
  /** Changes of the kubelet or the webhooks to the pods. */
  readonly pods?: PodOptions;
  /** Shortens deadlines, so that the test does not take hours. */
  readonly patch?: (job: JobManifest) => void;
  /** How many pods the Job may make. Default: one. */
  readonly tries?: number;
  /** Runs at the same time. The Secret is checked after both have ended. */
  readonly meanwhile?: () => Promise<unknown>;
}

export type Undo = () => unknown;

/** A fault with its name, made for the refresher that it is tried on. */
export type Case = readonly [name: string, fault: (subject: Subject) => Fault];

/** The result of a run with a fault. */
export interface Row {
  readonly condition: JobResult['condition'];
  readonly tries: number;
  /** The verdict in each of the refresher's namespaces. */
  readonly secret: readonly Verdict[];
  /** The last line that the pod wrote, after the reason why the Job or the pod was ended from outside. */
  readonly line: string;
  /** The whole log of the last pod. */
  readonly log: string;
  readonly job: JobResult;
  /** The states after the next run, without the fault. */
  readonly healed: readonly Verdict[];
  readonly again: JobResult['condition'];
}

/** A refresher, the Secret that it keeps fresh, and the hosts that it must contain. */
export interface Subject {
  readonly refresher: Installed;
  readonly secretName: string;
  readonly namespaces: readonly string[];
  /** For each host, the region whose token it must have. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The identity to which AWS must have given the token. */
  readonly identity: string;
  /** What the webhooks do with its pods if everything is right. */
  readonly pods?: PodOptions;
}

export interface InstallOptions {
  /** Default: a new namespace. */
  readonly namespaces?: readonly string[];
  /** More settings for `aws` in the values file. */
  readonly aws?: string;
  readonly identity?: string;
  readonly pods?: PodOptions;
  /** Makes the objects that the refresher's namespace needs before the first Job. */
  readonly prepare?: (namespace: string) => Promise<unknown>;
}

/** Runs refreshers with faults, and stores the results. */
export class FaultTable {
  private readonly rows = new Map<string, Row | Error>();
  private count = 0;

  constructor(protected readonly cluster: EcrCluster) {}

  /** A refresher for one account, with its first Secret. By default, its identity is the node's role. */
  async install(regions: readonly string[], options: InstallOptions = {}): Promise<Subject> {
    const namespaces = options.namespaces ?? [await this.cluster.namespace()];
    const [first, ...more] = regions;
    const registries = more.map((region) => `{ account: "${ACCOUNT}", region: ${region} }`).join();
    const refresher = await this.cluster.install(`
targetNamespace: [${namespaces.join()}]
aws: { account: "${ACCOUNT}", region: ${first}, registries: [${registries}]${options.aws ?? ''} }
customImage:
  registryEndpoint: https://${hostIn(first)}
  pushRepo: ${hostIn(first)}/notebooks
  pushSecretName: aws-registry
`);
    await options.prepare?.(namespaces[0]);
    const subject = {
      refresher,
      secretName: 'aws-registry',
      namespaces,
      pods: options.pods,
      hosts: Object.fromEntries(regions.map((region) => [hostIn(region), region])),
      identity: options.identity ?? this.cluster.aws.metadata.identity,
    };
    const job = await this.cluster.runFirstJob(refresher, options.pods);
    if (job.condition !== 'Complete') throw new Error(`the first Job failed:\n${wordsOf(job).log}`);
    return subject;
  }

  /** Tries the cases, as many at a time as there are refreshers. `row` returns the result of each. */
  async tryAll(cases: readonly Case[], subjects: readonly Subject[]): Promise<void> {
    const waiting = [...cases];
    const tryNext = async (subject: Subject): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, fault] = next;
        // reserve a row for each case, in their order
        this.rows.set(name, new Error('not tried'));
        this.rows.set(name, await this.try(subject, fault(subject)).catch((error: unknown) => error as Error));
      }
    };
    await Promise.all(subjects.map(tryNext));
  }

  /** The result of a case. Throws the error that kept it from being tried. */
  row(name: string): Row {
    const row = this.rows.get(name) ?? new Error(`there is no case ${name}`);
    if (row instanceof Error) throw row;
    return row;
  }

  /** A run with a fault, then one without it. */
  private async try(subject: Subject, fault: Fault): Promise<Row> {
    const undo = await fault.inject?.();
    const before = await this.read(subject);
    const issuedBefore = this.issuedSoFar();
    const [job] = await Promise.all([this.run(subject, fault), fault.meanwhile?.()]);
    const after = await this.read(subject);
    const secret = after.map((one, i) => this.verdict(before[i], one, subject, issuedBefore));

    await undo?.();
    const issuedUnderFault = this.issuedSoFar();
    const again = await this.run(subject, {});
    const atEnd = await this.read(subject);
    const healed = atEnd.map((one, i) => this.verdict(after[i], one, subject, issuedUnderFault));
    const { condition, pods } = job;
    return { condition, tries: pods.length, secret, ...wordsOf(job), job, healed, again: again.condition };
  }

  /** One run, as `kubectl create job --from=cronjob/...` starts it, without the wait for retries. */
  run(subject: Subject, { pods, patch, tries = 1 }: Fault): Promise<JobResult> {
    const { refresher } = subject;
    const { namespace } = refresher;
    const name = `run-${++this.count}`;
    const { spec } = (objectOf(refresher, 'CronJob').spec as Workload['spec'] & { jobTemplate: JobManifest })
      .jobTemplate;
    const job: JobManifest = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace },
      spec: structuredClone({ ...spec, backoffLimit: tries - 1 }),
    };
    patch?.(job);
    return this.cluster.plane.api
      .post<KubernetesObject>(`/apis/batch/v1/namespaces/${namespace}/jobs`, job)
      .then(() => this.cluster.kubelet.runJob(namespace, name, { ...subject.pods, ...pods }));
  }

  /** Prints the results at the end of the suite. */
  print(title: string): void {
    const cells = [...this.rows].map(([fault, row]) =>
      row instanceof Error
        ? [fault, '-', '-', '-', row.message]
        : [fault, String(row.tries), row.secret.join(', '), row.healed.join(', '), row.line],
    );
    const heads = ['fault', 'tries', 'Secret', 'next run', 'last line of the log'];
    const widths = heads.map((head, i) => Math.max(...[heads, ...cells].map((cell) => cell[i].length), head.length));
    const lines = [heads, ...cells].map((row) => row.map((cell, i) => (i < 4 ? cell.padEnd(widths[i]) : cell)));
    process.stdout.write(`\n${title}\n${lines.map((row) => row.join(' | ')).join('\n')}\n\n`);
  }

  private read({ namespaces, secretName }: Subject): Promise<(PushSecret | undefined)[]> {
    return Promise.all(namespaces.map((namespace) => this.cluster.secret(namespace, secretName)));
  }

  private verdict(
    before: PushSecret | undefined,
    after: PushSecret | undefined,
    subject: Subject,
    issuedBefore: number,
  ): Verdict {
    if (after === undefined) return before === undefined ? 'none' : 'LOST';
    if (before !== undefined && contentOf(before) === contentOf(after)) return 'kept';
    return this.isComplete(after, subject, issuedBefore) ? 'new' : 'LOST';
  }

  /** How many tokens the cloud has given. */
  protected issuedSoFar(): number {
    return this.cluster.aws.issued.length;
  }

  /** Whether the Secret is complete and has only tokens that the cloud has given since then. */
  protected isComplete(secret: PushSecret, subject: Subject, issuedBefore: number): boolean {
    return isComplete(secret, subject, this.cluster.aws.issued.slice(issuedBefore));
  }
}

/** Shortens the script's deadlines. Throws an error if it does not have them. */
export function shorten({ spec }: JobManifest, deadlines: Readonly<Record<string, string>>): void {
  for (const container of [...(spec.template.spec.initContainers ?? []), ...spec.template.spec.containers]) {
    container.args = container.args?.map((arg) =>
      Object.entries(deadlines).reduce((text, [long, short]) => text.replaceAll(long, short), arg),
    );
  }
  const args = JSON.stringify(spec);
  for (const short of Object.values(deadlines)) if (!args.includes(short)) throw new Error(`nothing became ${short}`);
}

/** Leaves a volume only a number of pages of memory. */
export function fillVolume(folder: string, pages = 0): void {
  const page = Buffer.alloc(4096);
  const file = openSync(join(folder, 'filler'), 'w', 0o600);
  let size = 0;
  try {
    for (;;) size += writeSync(file, page);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  ftruncateSync(file, size - pages * page.length);
  closeSync(file);
}

/** Everything that a reader sees of a Secret, byte for byte. */
function contentOf({ type, data, metadata: { labels, annotations, uid } }: PushSecret): string {
  return JSON.stringify([uid, type, data, labels, annotations]);
}

/** Whether each host has a token that AWS gave this refresher for its region, and the Secret has nothing else. */
function isComplete(secret: PushSecret, { hosts, identity }: Subject, issued: readonly IssuedToken[]): boolean {
  if (secret.type !== 'kubernetes.io/dockerconfigjson' || Object.keys(secret.data).length !== 1) return false;
  const expires = secret.metadata.annotations?.['push-secret/expires-at'] ?? '';
  if (!(Date.parse(expires) > Date.now() + 11 * 3600_000)) return false;
  try {
    const found = Object.entries(passwords(secret));
    return (
      found.length === Object.keys(hosts).length &&
      found.every(([host, password]) =>
        issued.some(
          (token) => token.identity === identity && token.region === hosts[host] && token.password === password,
        ),
      )
    );
  } catch {
    return false;
  }
}

function hostIn(region: string): string {
  return `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
}

function wordsOf({ condition, reason, pods }: JobResult): { line: string; log: string } {
  const pod = pods.at(-1);
  const log = pod?.containers.map((container) => container.log).join('') ?? '';
  const isTold = condition === 'Failed' && reason !== 'BackoffLimitExceeded';
  const ended = [isTold ? reason : undefined, pod?.reason].filter((why) => why !== undefined);
  const line = log.trim().split('\n').at(-1) ?? '';
  return { line: `${ended.map((why) => `[${why}] `).join('')}${line === '' ? '(no line)' : line}`, log };
}
