import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './api-client';
import { Aws } from './aws';
import { ControlPlane, type PodSecurityLevel } from './control-plane';
import { type JobResult, Kubelet, type OptionsOfTry } from './kubelet';
import type { PodSpec } from './pod';
import type { PodOptions } from './pod-run';
import { type Outcome, removeFolder, run, temporaryFolder } from './process';
import { program } from '../../support/run-app';

const ROOT = join(__dirname, '..', '..', '..');

/** The output of the app for one values file. */
export interface Dist {
  /** The output folder, for `kubectl apply -f`. */
  readonly folder: string;
  readonly objects: KubernetesObject[];
  /** The messages of the app. */
  readonly stderr: string;
  /** Empty if it was not written, as only AWS has one. */
  readonly iamPolicy: string;
}

/** A refresher that was applied. */
export interface Installed extends Dist {
  /** The namespace of the refresher. */
  readonly namespace: string;
  /** The name of the CronJob, the service account, the Role and the RoleBinding. */
  readonly name: string;
  readonly firstJob: string;
}

/** The parts of the Secret that the tests use. */
export interface PushSecret extends KubernetesObject {
  readonly type: string;
  readonly data: Record<string, string>;
  readonly metadata: KubernetesObject['metadata'] & {
    readonly resourceVersion: string;
    readonly managedFields?: { readonly manager: string; readonly operation: string }[];
  };
}

/** The parts of a CronJob or a Job that the tests use. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly template?: { readonly spec: PodSpec };
    readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
}

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));

/** Runs the app on one values file. Its output is removed when the test file ends. */
export async function synthesize(values: string, name = 'ecr'): Promise<Dist> {
  const folder = temporaryFolder('ecr');
  folders.push(folder);
  const [registries, dist] = [join(folder, 'registries'), join(folder, 'dist')];
  mkdirSync(registries);
  writeFileSync(join(registries, `${name}.yaml`), values);
  const { code, stderr } = await run(process.execPath, [program('main.ts'), registries], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: folder, CDK8S_OUTDIR: dist },
  });
  if (code !== 0) throw new Error(`the app ended with ${String(code)}:\n${stderr}`);
  const text = readFileSync(join(dist, `${name}.k8s.yaml`), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  const policyFile = join(dist, 'aws', `${name}.iam-policy.json`);
  const iamPolicy = existsSync(policyFile) ? readFileSync(policyFile, 'utf8') : '';
  return { folder: dist, objects, stderr, iamPolicy };
}

/** A control plane, AWS and a kubelet, and the steps from a values file to a push Secret. */
export class EcrCluster {
  static async start(): Promise<EcrCluster> {
    const cluster = new EcrCluster();
    try {
      const started = await Promise.allSettled([ControlPlane.start(), Aws.start()]);
      const [plane, aws] = started;
      if (plane.status === 'fulfilled') cluster.plane = plane.value;
      if (aws.status === 'fulfilled') cluster.aws = aws.value;
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      cluster.kubelet = await Kubelet.start(cluster.plane);
      cluster.kubelet.awsEnvironment = cluster.aws.environment;
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  plane!: ControlPlane;
  aws!: Aws;
  kubelet!: Kubelet;
  private count = 0;

  private constructor() {}

  /** A new, empty namespace. It enforces `restricted`, which the refresher must pass, though PrimeHub does not. */
  async namespace(level: PodSecurityLevel = 'restricted'): Promise<string> {
    const name = `hub-${++this.count}`;
    await this.plane.createNamespace(name, level);
    return name;
  }

  /** Runs `kubectl apply -f dist/`, as a user does. */
  apply({ folder }: Dist): Promise<Outcome> {
    return this.plane.tryKubectl(['apply', '-f', folder]);
  }

  /** From a values file to applied objects, without running the pods of the first Job. */
  async install(values: string, name = 'ecr'): Promise<Installed> {
    const dist = await synthesize(values, name);
    const { code, stderr } = await this.apply(dist);
    if (code !== 0) throw new Error(`kubectl apply ended with ${String(code)}:\n${stderr}`);
    return installed(dist);
  }

  /** Runs the pods of the first Job to their end. */
  runFirstJob({ namespace, firstJob }: Installed, options?: OptionsOfTry): Promise<JobResult> {
    return this.kubelet.runJob(namespace, firstJob, options);
  }

  /** Runs the first Job, whose first pod must succeed. If it fails, the error shows its log, without more tries. */
  async completeFirstJob({ namespace, firstJob }: Installed, options?: PodOptions): Promise<JobResult> {
    const pod = await this.kubelet.run(await this.kubelet.pendingPod(namespace, firstJob), options);
    if (pod.phase !== 'Succeeded') throw new Error(logOf({ condition: 'Failed', pods: [pod] }));
    const job = await this.kubelet.runJob(namespace, firstJob);
    if (job.condition !== 'Complete') throw new Error(`job ${firstJob} has failed: ${job.reason}`);
    return { ...job, pods: [pod] };
  }

  /** Another run, as `kubectl create job --from=cronjob/...` makes it. */
  async refresh({ namespace, name }: Installed, options?: OptionsOfTry): Promise<JobResult> {
    const job = `refresh-${++this.count}`;
    await this.plane.kubectl(['create', 'job', '-n', namespace, `--from=cronjob/${name}`, job]);
    return this.kubelet.runJob(namespace, job, options);
  }

  /** The Secret as the API server has it, or `undefined` if it does not exist. */
  secret(namespace: string, name: string): Promise<PushSecret | undefined> {
    return this.plane.api.find<PushSecret>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  }

  async stop(): Promise<void> {
    await this.kubelet?.stop();
    await Promise.all([this.plane?.stop(), this.aws?.stop()]);
  }
}

/** The names of the refresher in the manifests. */
export function installed(dist: Dist): Installed {
  const { name, namespace = '' } = objectOf(dist, 'CronJob').metadata;
  return { ...dist, name, namespace, firstJob: objectOf(dist, 'Job').metadata.name };
}

/** The only object of a kind. */
export function objectOf<T extends KubernetesObject = Workload>({ objects }: Dist, kind: string): T {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0] as T;
}

/** The docker config in a push Secret, as bytes. */
export function dockerConfig(secret: PushSecret | undefined): Buffer {
  return Buffer.from(secret?.data['.dockerconfigjson'] ?? '', 'base64');
}

/** The passwords of a push Secret's logins, by host. Each login must have this user name. */
export function passwords(secret: PushSecret | undefined, user = 'AWS'): Record<string, string> {
  const { auths } = JSON.parse(dockerConfig(secret).toString('utf8')) as { auths: Record<string, { auth: string }> };
  return Object.fromEntries(
    Object.entries(auths).map(([host, { auth }]) => {
      const [username, ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
      if (username !== user) throw new Error(`the user of ${host} is ${username}`);
      return [host, password.join(':')];
    }),
  );
}

/** The output of every container of every pod, for the messages of failed expectations. */
export function logOf({ pods }: JobResult): string {
  return pods.flatMap(({ containers }) => containers.map(({ name, log }) => `[${name}] ${log}`)).join('\n');
}
