import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane';
import { BackgroundProcess, freePorts, waitFor } from './process';
import { definitions, requireRoot, requireTools, tool } from './tools';

/** The folder of a pod's service account files. */
const ACCOUNT_FILES = '/run/secrets/kubernetes.io/serviceaccount';

/** The Sealed Secrets controller. It stops with the control plane at the latest. */
export class SealedSecretsController {
  static async start(plane: ControlPlane): Promise<SealedSecretsController> {
    const pod = await OperatorPod.prepare(plane, 'sealed-secrets-controller');
    const controller = new SealedSecretsController(pod);
    await controller.run();
    return controller;
  }

  private process!: BackgroundProcess;
  private url!: string;

  private constructor(private readonly pod: OperatorPod) {}

  /** The output of `kubeseal --fetch-cert`. */
  async certificate(): Promise<string> {
    return (await fetch(`${this.url}/v1/cert.pem`)).text();
  }

  /** Makes the state after thirty days: the controller has a new key in addition to the old one. */
  async renewKey(): Promise<void> {
    await this.stop();
    const cutoff = new Date(Date.now() + 60_000).toUTCString().replace('GMT', '+0000');
    await this.run(`--key-cutoff-time=${cutoff}`);
  }

  log(): string {
    return this.process.log();
  }

  stop(): Promise<void> {
    return this.process.stop(1_000);
  }

  private async run(...flags: string[]): Promise<void> {
    const [port, metricsPort] = await freePorts(2);
    this.url = `http://127.0.0.1:${port}`;
    const addresses = [`--listen-addr=127.0.0.1:${port}`, `--listen-metrics-addr=127.0.0.1:${metricsPort}`];
    this.process = await this.pod.run([...addresses, ...flags], `${this.url}/healthz`);
  }
}

/** Starts the External Secrets Operator, with the stores `fake` and `kubernetes`. */
export async function startExternalSecrets(plane: ControlPlane): Promise<BackgroundProcess> {
  const [port] = await freePorts(1);
  const pod = await OperatorPod.prepare(plane, 'external-secrets');
  const flags = ['--concurrent=4', '--store-requeue-interval=1s'];
  return pod.run([`--metrics-addr=127.0.0.1:${port}`, ...flags], `http://127.0.0.1:${port}/metrics`);
}

/** Runs an operator like its pod, in a namespace with its name, with a service account that may do everything. */
class OperatorPod {
  static async prepare(plane: ControlPlane, name: string): Promise<OperatorPod> {
    requireRoot();
    requireTools('bwrap', name);
    await installDefinitions(plane, name);
    await plane.createNamespace(name);
    const admin = ['--clusterrole=cluster-admin', `--serviceaccount=${name}:default`];
    await plane.kubectl(['create', 'clusterrolebinding', name, ...admin]);
    const folder = join(plane.folder, name);
    mkdirSync(folder);
    const token = await plane.serviceAccountToken(name, 'default');
    const files = { namespace: name, token, 'ca.crt': readFileSync(plane.tls.caFile) };
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(folder, file), content, { mode: 0o600 });
    }
    return new OperatorPod(plane, name, folder);
  }

  private constructor(
    private readonly plane: ControlPlane,
    private readonly name: string,
    private readonly account: string,
  ) {}

  /** @param url answers as soon as the operator is ready */
  run(args: readonly string[], url: string): Promise<BackgroundProcess> {
    return BackgroundProcess.start({
      name: this.name,
      command: tool('bwrap'),
      args: [
        ...['--die-with-parent', '--ro-bind', '/', '/', '--dev', '/dev', '--tmpfs', '/run'],
        ...['--ro-bind', this.account, ACCOUNT_FILES],
        ...['--', tool(this.name), ...args],
      ],
      env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(this.plane.port) },
      logFile: join(this.plane.folder, `${this.name}.log`),
      ready: () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
  }
}

async function installDefinitions(plane: ControlPlane, operator: string): Promise<void> {
  const folder = definitions(operator);
  if (readdirSync(folder).length === 0) throw new Error(`no definitions in ${folder}`);
  // they are too large for the annotation of a client-side apply
  await plane.kubectl(['apply', '--server-side', '-f', folder]);
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', folder]);
  // the garbage collector looks for new kinds when it starts and then every half minute
  await plane.stopControllerManager();
  await plane.startControllerManager();
}

/** A condition of an operator's object. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** Waits for a condition of an object, and returns it. */
export async function condition(
  plane: ControlPlane,
  object: { type: string; name: string; namespace: string },
  wanted: (condition: Condition) => boolean,
): Promise<Condition> {
  let seen: readonly Condition[] = [];
  try {
    return await waitFor(`the condition of ${object.type} ${object.name}`, async () => {
      const found = await plane.find<{ status?: { conditions?: Condition[] } }>(
        object.type,
        object.name,
        object.namespace,
      );
      seen = found?.status?.conditions ?? [];
      return seen.find(wanted);
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}; it has ${JSON.stringify(seen)}`);
  }
}
