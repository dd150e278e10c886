import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sleep } from './process';

/** What a container used, by the last values of its cgroup's counters that could be read. */
export interface Usage {
  /** The most memory that it held at once and the kernel could not reclaim, in bytes. */
  readonly memory: number;
  /** The same with cached files. They count against the limit, but the kernel drops them before it is exceeded. */
  readonly memoryWithFiles: number;
  readonly cpuMs: number;
}

/** Measures what the containers of a box use. */
export class UsageWatch {
  /** @param cgroups the box's cgroups: one in each hierarchy of v1, or the one of v2 */
  static begin(cgroups: readonly string[]): UsageWatch {
    return new UsageWatch(cgroups);
  }

  private readonly usages = new Map<string, Usage>();
  private readonly done: Promise<void>;
  private isStopped = false;

  private constructor(private readonly cgroups: readonly string[]) {
    this.done = this.look();
  }

  /** Stops measuring. Returns the usage by container ID. */
  async stop(): Promise<ReadonlyMap<string, Usage>> {
    this.isStopped = true;
    await this.done;
    return this.usages;
  }

  private async look(): Promise<void> {
    const [memory, cpu] = ['memory', 'cpuacct'].map(
      (name) => this.cgroups.find((path) => path.startsWith(`/sys/fs/cgroup/${name}/`)) ?? this.cgroups[0],
    );
    while (!this.isStopped) {
      for (const path of containerPaths(memory, 'kubepods')) this.note(join(memory, path), join(cpu, path));
      await sleep(5);
    }
  }

  private note(memory: string, cpu: string): void {
    const id = basename(memory);
    const before = this.usages.get(id) ?? { memory: 0, memoryWithFiles: 0, cpuMs: 0 };
    const now = memoryOf(memory);
    this.usages.set(id, {
      memory: Math.max(before.memory, now.memory),
      memoryWithFiles: Math.max(before.memoryWithFiles, now.memoryWithFiles),
      cpuMs: Math.max(before.cpuMs, cpuMsOf(cpu)),
    });
  }
}

/** `kubepods/[<class>/]pod<uid>/<container id>` */
function containerPaths(root: string, path: string): string[] {
  const below = childFolders(root, path);
  return below.flatMap((child) =>
    basename(child).startsWith('pod') ? childFolders(root, child) : containerPaths(root, child),
  );
}

function childFolders(root: string, path: string): string[] {
  try {
    return readdirSync(join(root, path))
      .map((name) => join(path, name))
      .filter((child) => statSync(join(root, child)).isDirectory());
  } catch {
    // the container has just ended
    return [];
  }
}

function memoryOf(folder: string): Pick<Usage, 'memory' | 'memoryWithFiles'> {
  const stat = read(folder, 'memory.stat');
  const field = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  const used = Number(read(folder, 'memory.usage_in_bytes', 'memory.current'));
  return {
    memory: used - field('active_file') - field('inactive_file'),
    memoryWithFiles: Number(read(folder, 'memory.max_usage_in_bytes', 'memory.peak')),
  };
}

function cpuMsOf(folder: string): number {
  const ns = Number(read(folder, 'cpuacct.usage'));
  const us = Number(/^usage_usec (\d+)$/m.exec(read(folder, 'cpu.stat'))?.[1] ?? 0);
  return Math.round(ns ? ns / 1e6 : us / 1e3);
}

/** The content of the first of these files that exists; empty if none does, e.g. if the container has just ended. */
function read(folder: string, ...names: string[]): string {
  for (const name of names) {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      // the next one
    }
  }
  return '';
}
