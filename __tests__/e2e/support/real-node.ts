import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ControlPlane } from './control-plane';
import {
  NODE_ADDRESS,
  NODE_NAME,
  nodeConfiguration,
  registryConfiguration,
  SERVICE_ADDRESS,
} from './node-configuration';
import { NodeNetwork } from './node-network';
import type { RealPod } from './node-pods';
import { UsageWatch } from './node-usage';
import { BackgroundProcess, removeFolder, run, waitFor } from './process';
import { cache, requireRoot, requireTools, tool } from './tools';

const TOOLS = resolve(__dirname, '../tools');
const BOX = join(TOOLS, 'node-box');
const NODE_CACHE = join(cache, 'node');

export interface RealNodeOptions {
  /** Names that resolve to the node's address. The box knows no other names. */
  readonly hosts?: readonly string[];
  /** The authority that signed the certificates of these names, for pulls by the node itself. */
  readonly caFile?: string;
}

/**
 * A real kubelet with containerd, runc and CNI, which runs the pods of a real control plane.
 *
 * The node is in a box without a link to any network (`tools/node-box`). The control plane, the tests and their
 * stand-ins are outside. `expose` lets the box reach one of their ports.
 */
export class RealNode {
  static async start(options: RealNodeOptions = {}): Promise<RealNode> {
    requireRoot();
    requireTools('containerd', 'ctr', 'runc', 'kubelet', 'kube-scheduler', 'ip', 'unshare', 'nsenter', 'setpriv');
    const node = new RealNode(options);
    try {
      const started = await Promise.allSettled([node.startBox(), node.startControlPlane()]);
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      await node.startNode();
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  /** Everything that the node keeps on disk. It is removed with the box. */
  readonly folder: string;
  plane!: ControlPlane;
  private box?: ChildProcess;
  private network!: NodeNetwork;
  private kubelet?: BackgroundProcess;
  private readonly daemons: BackgroundProcess[] = [];

  private constructor(private readonly options: RealNodeOptions) {
    // on the same disk as the images, for hard links
    this.folder = mkdtempSync(join(NODE_CACHE, 'run-'));
  }

  /** Lets pods reach a port of this machine's loopback. */
  expose(address: string, port: number, loopbackPort: number): Promise<void> {
    return this.network.expose(address, port, loopbackPort);
  }

  /** Starts to measure what containers use. */
  watchUsage(): UsageWatch {
    return UsageWatch.begin(this.cgroups);
  }

  /** Whether the box uses cgroup v2. */
  get hasCgroupV2(): boolean {
    return existsSync(join(this.cgroups[0], 'cgroup.controllers'));
  }

  /** The path of a file in a living pod's volume, from outside. */
  volumeFile({ metadata }: RealPod, plugin: 'projected' | 'empty-dir', volume: string, file: string): string {
    const path = this.path(`kubelet/pods/${metadata.uid}/volumes/kubernetes.io~${plugin}/${volume}`);
    const folder = join(`/proc/${this.pid}/root`, path);
    // the files of a projected volume are links, which most machines let only their owner follow
    // (`fs.protected_symlinks`)
    return join(folder, plugin === 'projected' ? readlinkSync(join(folder, '..data')) : '', file);
  }

  /** Starts the kubelet, and waits until the node is ready. */
  async startKubelet(): Promise<void> {
    const started = new Date();
    this.kubelet = await this.daemon('kubelet', [
      tool('kubelet'),
      ...[`--config=${this.path('kubelet.json')}`, `--kubeconfig=${this.path('kubelet.kubeconfig')}`],
      ...[`--hostname-override=${NODE_NAME}`, `--node-ip=${NODE_ADDRESS}`, `--root-dir=${this.path('kubelet')}`],
    ]);
    await waitFor('the node to be ready', () => this.isReady(started), { timeoutMs: 60_000, intervalMs: 100 });
  }

  /** Kills the kubelet. Containers continue without it. */
  async killKubelet(): Promise<void> {
    this.kubelet?.killNow();
    await this.kubelet?.exited;
  }

  async stop(): Promise<void> {
    // it does not exist if the start failed
    await (this.network as NodeNetwork | undefined)?.close();
    await this.plane?.stop();
    [...this.daemons, this.kubelet].forEach((one) => one?.killNow());
    if (this.box?.exitCode === null) {
      const ended = new Promise((resolved) => this.box?.once('exit', resolved));
      this.box.stdin?.end();
      await ended;
    }
    // if there never was a box
    removeFolder(this.folder);
  }

  private async startBox(): Promise<void> {
    const { hosts = [], caFile } = this.options;
    this.write({
      'etc/hosts': `127.0.0.1 localhost ${NODE_NAME}\n${NODE_ADDRESS} ${NODE_NAME} ${hosts.join(' ')}\n`,
      'etc/resolv.conf': `nameserver ${NODE_ADDRESS}\noptions timeout:1 attempts:1\n`,
      store: join(NODE_CACHE, 'store'),
      ...nodeConfiguration(this.folder),
    });
    if (caFile !== undefined) for (const host of hosts) this.write(registryConfiguration(host, caFile));
    // it must outlive this process, since it removes the box when this process ends in any way
    this.box = spawn(BOX, ['up', this.folder], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let said = '';
    for (const stream of [this.box.stdout, this.box.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    await waitFor('the box', () => said.includes('up\n'), {
      giveUp: () => (this.box?.exitCode === null ? undefined : `it failed: ${said.trim()}`),
    });
  }

  private async startControlPlane(): Promise<void> {
    this.plane = await ControlPlane.start({ node: { name: NODE_NAME, serviceAddress: SERVICE_ADDRESS } });
    this.write({ 'kubelet.kubeconfig': this.plane.nodeKubeconfig(`https://${SERVICE_ADDRESS}`) });
  }

  private async startNode(): Promise<void> {
    this.network = await NodeNetwork.open(this.pid, this.plane.egressSocket);
    await this.expose(SERVICE_ADDRESS, 443, this.plane.port);
    const names = [process.execPath, join(TOOLS, 'name-server.mjs'), NODE_ADDRESS, ...(this.options.hosts ?? [])];
    this.daemons.push(
      await this.daemon('containerd', [tool('containerd'), '-c', this.path('containerd.toml')], () =>
        this.enter([tool('ctr'), 'version']).then(({ code }) => code === 0),
      ),
      await this.daemon('name-server', names),
    );
    await this.startKubelet();
  }

  /** Whether the kubelet has reported the node as ready since then. */
  private async isReady(since: Date): Promise<boolean> {
    interface Node {
      status: { conditions?: { type: string; status: string; lastHeartbeatTime: string }[] };
      spec: { taints?: unknown[] };
    }
    const node = await this.plane.api.find<Node>(`/api/v1/nodes/${NODE_NAME}`);
    const ready = node?.status.conditions?.find(({ type }) => type === 'Ready');
    const isNew = Date.parse(ready?.lastHeartbeatTime ?? '') >= Math.floor(since.getTime() / 1000) * 1000;
    return ready?.status === 'True' && isNew && node?.spec.taints === undefined;
  }

  private daemon(
    name: string,
    command: string[],
    ready = (): boolean | Promise<boolean> => true,
  ): Promise<BackgroundProcess> {
    return BackgroundProcess.start({
      name,
      command: BOX,
      args: ['enter', this.folder, ...command],
      env: { PATH: process.env.PATH ?? '', HOME: this.folder },
      cwd: this.folder,
      logFile: this.path(`${name}.log`),
      ready,
    });
  }

  private enter(command: string[]): ReturnType<typeof run> {
    return run(BOX, ['enter', this.folder, ...command]);
  }

  /** One in each hierarchy of v1, or the one of v2. */
  private get cgroups(): string[] {
    return readFileSync(this.path('cgroups'), 'utf8').trim().split('\n');
  }

  /** The box's first process. */
  private get pid(): number {
    return Number(readFileSync(this.path('pid'), 'utf8'));
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }
}
