import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from './tools';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment. Default: none but PATH. */
  readonly env?: Record<string, string>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Default: a minute; then it is killed. */
  readonly timeoutMs?: number;
}

/** Runs a command to its end. The caller must check the exit status. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? barePath(),
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr]: Buffer[][] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: text(stdout), stderr: text(stderr) }));
    // a command that does not read all its input closes the pipe, which is not an error
    child.stdin.on('error', () => undefined).end(options.input);
  });
}

export interface BackgroundOptions {
  /** The name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. Default: none but PATH. */
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** The file for its output. */
  readonly logFile: string;
  /** Whether the process is ready. It is called until it returns true. */
  readonly ready: (pid: number) => boolean | Promise<boolean>;
  /** Default: a minute. */
  readonly timeoutMs?: number;
}

const living = new Set<BackgroundProcess>();
process.on('exit', () => living.forEach((one) => one.killNow()));

/**
 * A process that runs in the background, in its own process group.
 *
 * It ends with `stop()` and when this process exits. If this process is killed, the kernel ends it.
 */
export class BackgroundProcess {
  /** Resolves when the process is ready. Throws an error with the end of its output if it dies or takes too long. */
  static async start(options: BackgroundOptions): Promise<BackgroundProcess> {
    const started = new BackgroundProcess(options);
    try {
      await waitFor(`${options.name} to be ready`, () => started.isAlive() && options.ready(started.pid), {
        timeoutMs: options.timeoutMs ?? 60_000,
        giveUp: () => (started.isAlive() ? undefined : `it ended with ${String(started.child.exitCode)}`),
      });
      return started;
    } catch (error) {
      const output = started.log().split('\n').slice(-30).join('\n');
      await started.stop();
      throw new Error(`${(error as Error).message}\n${output}`);
    }
  }

  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  private constructor(private readonly options: BackgroundOptions) {
    const log = openSync(options.logFile, 'a', 0o600);
    this.child = spawn(tool('setpriv'), ['--pdeathsig', 'KILL', options.command, ...options.args], {
      cwd: options.cwd,
      env: options.env ?? barePath(),
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    living.add(this);
    this.exited = new Promise((resolve) => {
      this.child.once('error', () => resolve(null));
      this.child.once('exit', (code) => resolve(code));
    });
    void this.exited.then(() => living.delete(this));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.options.name} did not start`);
    return this.child.pid;
  }

  /** Its output so far. */
  log(): string {
    return readFileSync(this.options.logFile, 'utf8');
  }

  /** Asks it to end, and kills it after `graceMs`. */
  async stop(graceMs = 5_000): Promise<void> {
    this.signal('SIGTERM');
    const insist = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(insist);
    // kills processes that it may have left in its group
    this.signal('SIGKILL');
  }

  killNow(): void {
    this.signal('SIGKILL');
  }

  private isAlive(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
    } catch {
      // the group is gone
    }
  }
}

export interface WaitOptions {
  /** Default: half a minute. */
  readonly timeoutMs?: number;
  /** Default: 50. */
  readonly intervalMs?: number;
  /** Returns a reason to stop waiting at once. */
  readonly giveUp?: () => string | undefined;
}

/** Calls a function until its result is neither `undefined` nor `false`, and returns the result. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, undefined | false>> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    const reason = options.giveUp?.();
    if (reason !== undefined) throw new Error(`waited for ${what}, but ${reason}`);
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}, without success`);
    await sleep(options.intervalMs ?? 50);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Different ports of 127.0.0.1 on which nothing listens. Below those that the kernel gives to connections, and each
 * process has its own hundred: nobody else takes one before the server that it is for.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    nextPort = (nextPort + 1) % 100;
    const port = 20_000 + (process.pid % 120) * 100 + nextPort;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}
let nextPort = Math.floor(Math.random() * 100);

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

const folders = new Set<string>();
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that only root can read. It is removed when this process ends, or before. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `primehub-e2e-${purpose}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** A service once it has started. If the start fails, what it has started by then is stopped. */
export async function orStopped<T extends { stop(): Promise<void> }>(service: T, start: Promise<unknown>): Promise<T> {
  try {
    await start;
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

function barePath(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin' };
}

function text(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
