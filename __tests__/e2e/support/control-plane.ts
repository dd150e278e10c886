import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from './api-client';
import { ApiProxy } from './api-proxy';
import { type CertificateFiles, issueCertificate, issueRsaKey } from './certificates';
import { BackgroundProcess, freePorts, type Outcome, removeFolder, run, temporaryFolder, waitFor } from './process';
import { requireTools, tool } from './tools';

export interface KubectlOptions {
  /** The text for its standard input. */
  readonly input?: string | Uint8Array;
  /** The token to use, for example from `serviceAccountToken`. Default: the administrator. */
  readonly token?: string;
  /** The account that the administrator impersonates, e.g. `system:serviceaccount:hub:builder`. */
  readonly as?: string;
  readonly cwd?: string;
  /** A port other than the API server's, e.g. that of an `ApiProxy`. */
  readonly port?: number;
}

/** The pod security level that a namespace enforces and warns about. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface ControlPlaneOptions {
  /** For a real node: a scheduler, an identity for its kubelet, and a way to reach it. */
  readonly node?: {
    readonly name: string;
    /** The address at which its pods reach the API server, with port 443. */
    readonly serviceAddress: string;
  };
}

/**
 * A real etcd, API server and controller manager on loopback: RBAC, Pod Security admission, the controllers of Jobs and
 * CronJobs. Unless it is made for a `RealNode`, it has no scheduler and no kubelet: pods stay Pending until a `Kubelet`
 * takes them.
 */
export class ControlPlane {
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    requireTools('etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'openssl', 'setpriv');
    const [etcd, etcdPeer, api] = await freePorts(3);
    const plane = new ControlPlane({ etcd, etcdPeer, api }, options);
    try {
      await plane.startEtcd();
      await plane.startApiServer();
      await plane.startControllerManager();
      if (options.node) await plane.startScheduler();
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  readonly folder = temporaryFolder('control-plane');
  readonly kubeconfig = join(this.folder, 'admin.kubeconfig');
  readonly tls: CertificateFiles;
  readonly api: ApiClient;
  readonly port: number;
  readonly serverUrl: string;
  /** The socket at which the API server gets connections to a real node's kubelet. */
  readonly egressSocket = join(this.folder, 'egress.sock');

  private readonly adminToken = randomBytes(16).toString('hex');
  private readonly kubeletToken = randomBytes(16).toString('hex');
  private readonly schedulerToken = randomBytes(16).toString('hex');
  private readonly accountKey = join(this.folder, 'service-accounts.key');
  private etcd?: BackgroundProcess;
  private apiServer?: BackgroundProcess;
  private controllerManager?: BackgroundProcess;
  private scheduler?: BackgroundProcess;
  private readonly proxies: ApiProxy[] = [];

  private constructor(
    private readonly ports: { etcd: number; etcdPeer: number; api: number },
    private readonly options: ControlPlaneOptions,
  ) {
    this.port = ports.api;
    this.serverUrl = `https://127.0.0.1:${this.port}`;
    const names = ['127.0.0.1', 'localhost', 'kubernetes.default.svc'];
    if (options.node) names.push(options.node.serviceAddress);
    this.tls = issueCertificate(this.folder, names);
    issueRsaKey(this.accountKey);
    this.api = new ApiClient(this.port, this.tls.caFile, this.adminToken);
    const tokens = [
      `${this.adminToken},admin,admin,system:masters`,
      `${this.kubeletToken},system:node:${options.node?.name},kubelet,system:nodes`,
      `${this.schedulerToken},system:kube-scheduler,scheduler`,
    ];
    this.write('tokens.csv', `${tokens.slice(0, options.node ? 3 : 1).join('\n')}\n`);
    this.write('scheduler.kubeconfig', this.kubeconfigFor(this.schedulerToken));
    this.write('egress.json', JSON.stringify(egressTo(this.egressSocket)));
    this.write('admin.kubeconfig', this.kubeconfigFor(this.adminToken));
    // contains no identity, so that kubectl uses only `--token`
    this.write('nobody.kubeconfig', this.kubeconfigFor(undefined));
  }

  /** Runs kubectl and returns its output. Throws an error with its message if it fails. */
  async kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.tryKubectl(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${String(code)}: ${stderr.trim()}`);
    return stdout;
  }

  /** Runs kubectl, and returns its result even if it fails. */
  tryKubectl(args: readonly string[], options: KubectlOptions = {}): Promise<Outcome> {
    const who = [
      ...(options.token === undefined ? [] : [`--token=${options.token}`]),
      ...(options.as === undefined ? [] : [`--as=${options.as}`]),
      ...(options.port === undefined ? [] : [`--server=https://127.0.0.1:${options.port}`]),
    ];
    const kubeconfig = options.token === undefined ? this.kubeconfig : join(this.folder, 'nobody.kubeconfig');
    return run(tool('kubectl'), [...args.slice(0, 1), ...who, ...args.slice(1)], {
      // `kubectl diff` needs `diff` on the PATH
      env: { PATH: process.env.PATH ?? '', HOME: this.folder, KUBECONFIG: kubeconfig },
      input: options.input,
      cwd: options.cwd ?? this.folder,
    });
  }

  /** An object, as `kubectl get TYPE NAME -o json` shows it, or `undefined` if it does not exist. */
  async find<T>(type: string, name: string, namespace: string): Promise<T | undefined> {
    const found = await this.kubectl(['get', type, name, '-n', namespace, '--ignore-not-found', '-o', 'json']);
    return found === '' ? undefined : (JSON.parse(found) as T);
  }

  async createNamespace(name: string, level?: PodSecurityLevel): Promise<void> {
    const labels = level && {
      'pod-security.kubernetes.io/enforce': level,
      'pod-security.kubernetes.io/warn': level,
    };
    await this.api.post('/api/v1/namespaces', { metadata: { name, labels } });
    // every pod needs this before it can be admitted
    await waitFor(`the default service account of ${name}`, async () =>
      (await this.api.find(`/api/v1/namespaces/${name}/serviceaccounts/default`)) === undefined ? false : true,
    );
  }

  /** A token of a service account, with which its rights can be tested. */
  async serviceAccountToken(namespace: string, name: string, audience?: string): Promise<string> {
    const args = audience === undefined ? [] : [`--audience=${audience}`];
    return (await this.kubectl(['create', 'token', name, '-n', namespace, ...args])).trim();
  }

  /** Requests with a service account's own token. */
  async clientOf(namespace: string, name: string): Promise<ApiClient> {
    return new ApiClient(this.port, this.tls.caFile, await this.serviceAccountToken(namespace, name));
  }

  /** A proxy to the API server that can add faults. It ends with the control plane. */
  async startProxy(): Promise<ApiProxy> {
    const proxy = await ApiProxy.start(this.port, this.tls);
    this.proxies.push(proxy);
    return proxy;
  }

  async startApiServer(): Promise<void> {
    this.apiServer = await BackgroundProcess.start({
      name: 'kube-apiserver',
      command: tool('kube-apiserver'),
      args: [
        `--etcd-servers=http://127.0.0.1:${this.ports.etcd}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${this.port}`,
        `--tls-cert-file=${this.tls.certFile}`,
        `--tls-private-key-file=${this.tls.keyFile}`,
        `--token-auth-file=${join(this.folder, 'tokens.csv')}`,
        ...(this.options.node
          ? [
              ...['--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction'],
              '--kubelet-preferred-address-types=InternalIP',
              `--egress-selector-config-file=${join(this.folder, 'egress.json')}`,
            ]
          : ['--authorization-mode=RBAC']),
        '--service-cluster-ip-range=10.96.0.0/16',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-key-file=${this.accountKey}`,
        `--service-account-signing-key-file=${this.accountKey}`,
        '--advertise-address=127.0.0.1',
        // the address of the service `kubernetes`, which cannot be a loopback address
        '--endpoint-reconciler-type=none',
        '--enable-priority-and-fairness=false',
        // PrimeHub's build pods run privileged
        '--allow-privileged=true',
        // otherwise it waits longer for watches to end
        '--shutdown-delay-duration=0s',
      ],
      cwd: this.folder,
      logFile: join(this.folder, 'kube-apiserver.log'),
      ready: () => this.api.get('/readyz').then(isOk, () => false),
    });
  }

  /** From now on connections to the API server are refused, until `startApiServer()`. */
  async stopApiServer(): Promise<void> {
    await this.apiServer?.stop(1_000);
    this.apiServer = undefined;
  }

  async startControllerManager(): Promise<void> {
    const controllers = [
      ...['cronjob', 'job', 'serviceaccount', 'namespace', 'garbagecollector', 'ttl-after-finished'],
      ...['root-ca-certificate-publisher-controller', 'serviceaccount-token-controller'],
      // it removes the taint from a node that has become ready
      ...(this.options.node ? ['node-lifecycle-controller'] : []),
    ];
    this.controllerManager = await BackgroundProcess.start({
      name: 'kube-controller-manager',
      command: tool('kube-controller-manager'),
      args: [
        `--kubeconfig=${this.kubeconfig}`,
        `--controllers=${controllers.join(',')}`,
        `--root-ca-file=${this.tls.caFile}`,
        `--service-account-private-key-file=${this.accountKey}`,
        '--leader-elect=false',
        '--secure-port=0',
      ],
      cwd: this.folder,
      logFile: join(this.folder, 'kube-controller-manager.log'),
      // it has no port to ask, so wait for something that it creates: a namespace's service account
      ready: async () =>
        (await this.api.find('/api/v1/namespaces/default/serviceaccounts/default').catch(() => undefined)) !==
        undefined,
    });
  }

  /** Stops all controllers until `startControllerManager()`: schedules are missed, and Jobs make no progress. */
  async stopControllerManager(): Promise<void> {
    await this.controllerManager?.stop(1_000);
    this.controllerManager = undefined;
  }

  /** The kubelet's kubeconfig. It has a different address for the API server than the tests. */
  nodeKubeconfig(server: string): string {
    return this.kubeconfigFor(this.kubeletToken, server);
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
    await this.scheduler?.stop(1_000);
    await this.stopControllerManager();
    await this.stopApiServer();
    await this.etcd?.stop(1_000);
    removeFolder(this.folder);
  }

  private async startEtcd(): Promise<void> {
    const [client, peer] = [this.ports.etcd, this.ports.etcdPeer].map((port) => `http://127.0.0.1:${port}`);
    this.etcd = await BackgroundProcess.start({
      name: 'etcd',
      command: tool('etcd'),
      args: [
        ...[`--data-dir=${join(this.folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn'],
        ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
        ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`],
      ],
      cwd: this.folder,
      logFile: join(this.folder, 'etcd.log'),
      ready: () =>
        fetch(`${client}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        ),
    });
  }

  private async startScheduler(): Promise<void> {
    this.scheduler = await BackgroundProcess.start({
      name: 'kube-scheduler',
      command: tool('kube-scheduler'),
      args: [`--kubeconfig=${join(this.folder, 'scheduler.kubeconfig')}`, '--leader-elect=false', '--secure-port=0'],
      cwd: this.folder,
      logFile: join(this.folder, 'kube-scheduler.log'),
      // pods wait for it if it is late
      ready: () => true,
    });
  }

  private kubeconfigFor(token: string | undefined, server = this.serverUrl): string {
    const cluster = { server, 'certificate-authority': this.tls.caFile };
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster }],
      users: [{ name: 'e2e', user: token === undefined ? {} : { token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
      'current-context': 'e2e',
    });
  }

  private write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content, { mode: 0o600 });
  }
}

/** Connections to nodes go through an HTTP proxy on a socket; connections to etcd do not. */
function egressTo(udsName: string): object {
  const connection = { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName } } };
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection }],
  };
}

function isOk(answer: unknown): boolean {
  return answer === 'ok';
}
