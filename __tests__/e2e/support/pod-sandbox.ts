import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { descendants, type ProcessSnapshot } from './process-tree';
import { BackgroundProcess, run } from './process';
import { basePython, tool } from './tools';

const ENTER = resolve(__dirname, '../tools/enter-container.py');

export interface ContainerSpec {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: number;
  readonly group: number;
  readonly groups: readonly number[];
  readonly hostname: string;
  readonly readOnlyRoot: boolean;
  /** bubblewrap's arguments that build the image. */
  readonly layout: (root: string) => string[];
  /** `source` is relative to the pod's own file system. */
  readonly mounts: readonly { readonly source: string; readonly path: string; readonly readOnly: boolean }[];
  /** A file that gets every `execve` of the container, with all arguments and variables. */
  readonly execTrace?: string;
}

/**
 * What a pod's containers share: a mount namespace with a file system in memory for the volumes. A process that does
 * nothing keeps it alive, and `stop()` removes everything.
 *
 * The network is that of this machine, so containers can reach everything on loopback.
 */
export class PodSandbox {
  static async start(folder: string): Promise<PodSandbox> {
    const mountPoint = join(folder, 'pod');
    mkdirSync(mountPoint, { recursive: true });
    const script = 'mount -t tmpfs -o mode=0755 pod "$1" && exec sleep infinity';
    const pause = await BackgroundProcess.start({
      name: 'pod sandbox',
      command: tool('unshare'),
      args: ['--mount', '--propagation', 'private', 'sh', '-c', script, 'pause', mountPoint],
      logFile: join(folder, 'pause.log'),
      ready: (pid) => readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(` ${mountPoint} `),
    });
    const sandbox = new PodSandbox(pause, mountPoint);
    mkdirSync(sandbox.hostPath('root'));
    return sandbox;
  }

  private constructor(
    private readonly pause: BackgroundProcess,
    private readonly mountPoint: string,
  ) {}

  /** The path outside the pod at which a path of the pod's file system can be read and written. */
  hostPath(path: string): string {
    return join(`/proc/${this.pause.pid}/root${this.mountPoint}`, path);
  }

  /** Mounts a file system in memory for a number of bytes, and not one page more. */
  async mountMemory(path: string, size: number | undefined): Promise<void> {
    const options = ['mode=0777', ...(size === undefined ? [] : [`size=${size}`])].join(',');
    const mount = ['mount', '-t', 'tmpfs', '-o', options, 'memory', join(this.mountPoint, path)];
    const { code, stderr } = await run(tool('nsenter'), [`--mount=/proc/${this.pause.pid}/ns/mnt`, '--', ...mount]);
    if (code !== 0) throw new Error(`cannot mount ${path}: ${stderr}`);
  }

  run(spec: ContainerSpec, onOutput: (text: string) => void): RunningContainer {
    const root = join(this.mountPoint, 'root');
    const contents = [
      ...spec.layout(root),
      ...['--proc', `${root}/proc`, '--dev', `${root}/dev`],
      ...['--perms', '1777', '--size', String(64 << 20), '--tmpfs', `${root}/dev/shm`],
      // a mount at /a must not hide one at /a/b
      ...[...spec.mounts]
        .sort((one, other) => one.path.length - other.path.length)
        .flatMap(({ source, path, readOnly }) => [
          ...[readOnly ? '--ro-bind' : '--bind', join(this.mountPoint, source), root + path],
        ]),
      ...(spec.workingDir === '/' ? [] : ['--dir', root + spec.workingDir]),
    ];
    const bwrap = [
      ...[tool('bwrap'), '--die-with-parent', '--unshare-pid', '--as-pid-1', '--unshare-ipc', '--unshare-uts'],
      ...['--hostname', spec.hostname, '--dev-bind', '/', '/', '--tmpfs', root],
      ...foldersOf(contents, root).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
      ...contents,
      ...(spec.readOnlyRoot ? ['--remount-ro', root] : []),
    ];
    const trace = ['-f', '-qq', '-v', '-s', '1000000', '-e', 'trace=execve', '-o', spec.execTrace ?? ''];
    const enter = {
      root,
      workingDir: spec.workingDir,
      user: spec.user,
      group: spec.group,
      groups: spec.groups,
      variables: Object.keys(spec.environment),
    };
    return new RunningContainer(
      [
        ...[tool('setpriv'), '--pdeathsig', 'KILL'],
        ...[tool('nsenter'), `--mount=/proc/${this.pause.pid}/ns/mnt`, '--'],
        ...(spec.execTrace === undefined ? [] : [tool('strace'), ...trace]),
        ...[...bwrap, '--', basePython(), '-I', ENTER, JSON.stringify(enter), ...spec.command],
      ],
      spec.environment,
      onOutput,
    );
  }

  async stop(): Promise<void> {
    await this.pause.stop(0);
  }
}

/** A container's processes, from start to end. */
export class RunningContainer {
  /** The exit code, as the kubelet reports it. */
  readonly exited: Promise<number>;
  private readonly child: ChildProcess;

  constructor(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    onOutput: (text: string) => void,
  ) {
    // the container's output must be a pipe, which can be opened as /dev/stdout. Node would use a socket
    const script = 'set -o pipefail; cat=$1; shift; "$@" 2>&1 </dev/null | "$cat"';
    this.child = spawn(
      tool('setpriv'),
      ['--pdeathsig', 'KILL', tool('bash'), '-c', script, 'bash', tool('cat'), ...command],
      {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => resolve(code ?? 137));
    });
  }

  /** Its current processes, including those around it. */
  processes(): ProcessSnapshot[] {
    return this.child.pid === undefined ? [] : descendants(this.child.pid);
  }

  /** Sends a signal to the container's first process; `SIGKILL` ends all of them. */
  kill(signal: NodeJS.Signals): void {
    const first = this.processes().find(({ isFirstOfContainer }) => isFirstOfContainer);
    try {
      if (first !== undefined) process.kill(first.pid, signal);
      else if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // it has just ended
    }
  }
}

/** The parent folders of all paths that the arguments make below `root`. Those of bubblewrap would be only for root. */
function foldersOf(args: readonly string[], root: string): string[] {
  const folders = new Set<string>();
  for (const path of args.filter((arg) => arg.startsWith(`${root}/`))) {
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) folders.add(folder);
  }
  // bubblewrap creates these itself
  return [...folders].filter((folder) => !folder.startsWith(`${root}/dev`)).sort();
}
