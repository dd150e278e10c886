import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane';
import { BackgroundProcess, freePorts, waitFor } from './process';
import { definitions, requireRoot, requireTools, tool } from './tools';

/** Where a pod has its service account's files. */
const ACCOUNT_FILES = '/run/secrets/kubernetes.io/serviceaccount';

interface Operator {
  readonly name: string;
  readonly args: readonly string[];
  readonly ready: () => Promise<boolean>;
}

/** The Sealed Secrets controller. It ends with the control plane at the latest. */
export class SealedSecretsController {
  static async start(plane: ControlPlane): Promise<SealedSecretsController> {
    const [port, metricsPort] = await freePorts(2);
    const url = `http://127.0.0.1:${port}`;
    const process = await startOperator(plane, {
      name: 'sealed-secrets-controller',
      args: [`--listen-addr=127.0.0.1:${port}`, `--listen-metrics-addr=127.0.0.1:${metricsPort}`],
      ready: () => isAnswered(`${url}/healthz`),
    });
    return new SealedSecretsController(process, url);
  }

  private constructor(
    private readonly process: BackgroundProcess,
    private readonly url: string,
  ) {}

  /** What `kubeseal --fetch-cert` prints. */
  async certificate(): Promise<string> {
    return (await fetch(`${this.url}/v1/cert.pem`)).text();
  }

  log(): string {
    return this.process.log();
  }

  stop(): Promise<void> {
    return this.process.stop(1_000);
  }
}

/** Starts the External Secrets Operator, with the stores `fake` and `kubernetes`. */
export async function startExternalSecrets(plane: ControlPlane): Promise<BackgroundProcess> {
  const [port] = await freePorts(1);
  return startOperator(plane, {
    name: 'external-secrets',
    args: [`--metrics-addr=127.0.0.1:${port}`, '--concurrent=4', '--store-requeue-interval=1s'],
    ready: () => isAnswered(`http://127.0.0.1:${port}/metrics`),
  });
}

/** Runs an operator as its pod does, in a namespace of its name, as a service account that may do everything. */
async function startOperator(plane: ControlPlane, { name, args, ready }: Operator): Promise<BackgroundProcess> {
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
  return BackgroundProcess.start({
    name,
    command: tool('bwrap'),
    args: [
      ...['--die-with-parent', '--ro-bind', '/', '/', '--dev', '/dev', '--tmpfs', '/run'],
      ...['--ro-bind', folder, ACCOUNT_FILES],
      ...['--', tool(name), ...args],
    ],
    env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(plane.port) },
    logFile: join(plane.folder, `${name}.log`),
    ready,
  });
}

async function installDefinitions(plane: ControlPlane, operator: string): Promise<void> {
  const folder = definitions(operator);
  if (readdirSync(folder).length === 0) throw new Error(`no definitions in ${folder}`);
  // too large for the annotation of a client-side apply
  await plane.kubectl(['apply', '--server-side', '-f', folder]);
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', folder]);
  // the garbage collector looks for new kinds when it starts, and every half minute after that
  await plane.stopControllerManager();
  await plane.startControllerManager();
}

function isAnswered(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
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
