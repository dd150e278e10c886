import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sleep } from './process';

/** What containers used at most, without what the kernel can take back (file caches), in bytes. */
export class MemoryPeaks {
  /** @param cgroup the box's cgroup that has the memory controller */
  static watch(cgroup: string): MemoryPeaks {
    return new MemoryPeaks(cgroup);
  }

  private readonly peaks = new Map<string, number>();
  private readonly done: Promise<void>;
  private isStopped = false;

  private constructor(private readonly cgroup: string) {
    this.done = this.look();
  }

  /** Ends watching; returns the peaks by container id. */
  async stop(): Promise<ReadonlyMap<string, number>> {
    this.isStopped = true;
    await this.done;
    return this.peaks;
  }

  private async look(): Promise<void> {
    while (!this.isStopped) {
      for (const folder of containerFolders(join(this.cgroup, 'kubepods'))) {
        const id = basename(folder);
        this.peaks.set(id, Math.max(this.peaks.get(id) ?? 0, unreclaimable(folder)));
      }
      await sleep(5);
    }
  }
}

/** `[<class>/]pod<uid>/<container id>` */
function containerFolders(folder: string): string[] {
  const below = childFolders(folder);
  return below.flatMap((child) => (basename(child).startsWith('pod') ? childFolders(child) : containerFolders(child)));
}

function childFolders(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isDirectory());
  } catch {
    // it has just gone
    return [];
  }
}

function unreclaimable(folder: string): number {
  try {
    const stat = readFileSync(join(folder, 'memory.stat'), 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    const used = ['memory.usage_in_bytes', 'memory.current'].map((name) => read(join(folder, name))).find(Boolean) ?? 0;
    return used - field('active_file') - field('inactive_file');
  } catch {
    return 0;
  }
}

function read(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
