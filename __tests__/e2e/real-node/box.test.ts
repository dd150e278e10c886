import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { REPOSITORY } from '../../support/run-app';
import { run, waitFor } from '../support/process';
import { cache, tool } from '../support/tools';

jest.setTimeout(120_000);

const BOX = join(REPOSITORY, '__tests__/e2e/tools/node-box');

/** Settings of the kubelet, which are for the whole machine unless something separates it. */
const TUNABLES = [
  ...['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'],
  ...['kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes', 'net/ipv4/ip_forward'],
];

/** Namespaces that identify a box's processes. Its mount namespace is not held open, since the mounts would stay. */
const NAMESPACES = ['net', 'pid'];

/** Parts of the machine that a box could change, but that do not have its name. */
const machine = (): unknown => ({
  links: readdirSync('/sys/class/net'),
  tunables: TUNABLES.map((name) => readFileSync(join('/proc/sys', name), 'utf8')),
});

interface Box {
  readonly command: ChildProcess;
  readonly folder: string;
  readonly cgroups: readonly string[];
  readonly namespaces: readonly string[];
  /** Open files of these namespaces: while they are open, no other namespace can get the same number. */
  readonly namespaceFiles: readonly number[];
}

it('says in one line what a machine lacks', async () => {
  const folder = emptyFolder();
  // a machine with only cgroup v2 that delegates none of its controllers
  const mounts = ['-t tmpfs none /sys/fs/cgroup', '-t cgroup2 none /sys/fs/cgroup'];
  mounts.push('--bind /dev/null /sys/fs/cgroup/cgroup.subtree_control');
  const hide = mounts.map((one) => `mount ${one}`).join('; ');
  const { code, stderr } = await run(tool('unshare'), ['--mount', 'sh', '-ec', `${hide}; "$0" up "$1"`, BOX, folder]);
  expect(stderr).toBe(
    'node-box: cgroup v2 lacks +cpu +cpuset +memory +pids in /sys/fs/cgroup/cgroup.subtree_control: write that to it, ' +
      'as root (in a container, first move its processes to a cgroup below /sys/fs/cgroup)\n',
  );
  expect(code).toBe(1);
  expect(existsSync(folder)).toBe(false);
});

describe('the box of the real node', () => {
  let before: unknown;
  let box: Box;

  beforeEach(async () => {
    before = machine();
    box = await start();
  });
  afterEach(() => {
    box.command.kill('SIGKILL');
    box.namespaceFiles.forEach((file) => closeSync(file));
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('leaves nothing when the tests get %s', async (signal) => {
    expect(left(box)).not.toEqual([]);
    box.command.kill(signal);
    await waitFor('it to be gone', () => left(box).length === 0);
    expect(machine()).toEqual(before);
  });

  it('leaves no process and no mount when its own command is killed, and the next box removes the rest', async () => {
    const keeper = processes().find(({ command }) => command.includes(`up ${box.folder}`));
    process.kill(keeper?.pid ?? NaN, 'SIGKILL');
    box.command.kill('SIGKILL');
    await waitFor('its processes to be gone', () => !left(box).some((one) => one.startsWith('process')));
    expect(machine()).toEqual(before);
    expect(left(box)).toContain(box.folder);

    const next = emptyFolder();
    expect(await run(BOX, ['up', next])).toMatchObject({ code: 0, stdout: 'up\n' });
    expect(left(box)).toEqual([]);
    expect(existsSync(next)).toBe(false);
  });
});

/** A folder for a box. */
function emptyFolder(): string {
  const folder = mkdtempSync(join(cache, 'node', 'run-'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'store'), join(cache, 'node', 'store'));
  return folder;
}

/** A node that was started with the command for people, with a running pod. */
async function start(): Promise<Box> {
  const command = spawn(process.execPath, ['--require', '@swc-node/register', '__tests__/e2e/tools/real-node-up.ts'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  command.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await waitFor('the node', () => said.includes('up: '), {
    timeoutMs: 60_000,
    giveUp: () => (command.exitCode === null ? undefined : `its command ended with ${command.exitCode}`),
  });
  const [, kubeconfig = '', folder = ''] = /KUBECONFIG=(\S+), logs in (\S+)/.exec(said) ?? [];
  const env = { PATH: process.env.PATH ?? '', KUBECONFIG: kubeconfig, HOME: folder };
  await waitFor('a pod that runs', async () => {
    await run(tool('kubectl'), ['run', 'pod', '--image=registry.k8s.io/pause:3.10', '--restart=Never'], { env });
    const args = ['get', 'pod', 'pod', '--output=jsonpath={.status.phase}'];
    return (await run(tool('kubectl'), args, { env })).stdout === 'Running';
  });
  const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
  const paths = NAMESPACES.map((kind) => `/proc/${pid}/ns/${kind}`);
  const namespaceFiles = paths.map((path) => openSync(path, 'r'));
  const namespaces = paths.map((path) => readlinkSync(path));
  const cgroups = readFileSync(join(folder, 'cgroups'), 'utf8').trim().split('\n');
  return { command, folder, cgroups, namespaces, namespaceFiles };
}

/** What is left of a box on the machine: processes (and so mounts and links), cgroups, its folder. */
function left({ folder, cgroups, namespaces }: Box): string[] {
  const name = basename(folder);
  return [
    ...processes()
      .filter((one) => one.command.includes(name) || one.mounts.includes(name) || namespaces.some(one.isIn))
      .map(({ pid, command }) => `process ${pid}: ${command}`),
    ...[...cgroups, folder].filter((path) => existsSync(path)),
  ];
}

interface Process {
  readonly pid: number;
  readonly command: string;
  readonly mounts: string;
  readonly isIn: (namespace: string) => boolean;
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [command, mounts] = ['cmdline', 'mountinfo'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
        const namespaces = NAMESPACES.map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
        const isIn = (namespace: string): boolean => namespaces.includes(namespace);
        return [{ pid: Number(pid), command: command.replaceAll('\0', ' '), mounts, isIn }];
      } catch {
        // the process has just ended
        return [];
      }
    });
}
