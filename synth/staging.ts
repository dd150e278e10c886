import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const HOST = os.hostname().replace(/[^\w.]/g, '');
/** No run takes longer, in milliseconds. A run on another machine or in a container counts as dead after this time. */
const LONGEST_RUN = 60_000;

/**
 * The folder beside the output folder into which a run writes first. Its name contains the run's process, so that the
 * next run knows whether a dead run left it or a live run is writing it.
 */
export class Staging {
  /** Makes a staging folder, which git ignores in any repository. */
  static create(target: string): Staging {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const staging = new Staging(fs.mkdtempSync(`${prefixOf(target)}${HOST}-${process.pid}-`));
    fs.writeFileSync(path.join(staging.folder, '.gitignore'), '*\n');
    return staging;
  }

  /** Cleans up after killed runs. A run that was killed between the two renames left no output folder. */
  static recover(target: string): void {
    const dead = deadStagings(target);
    if (!fs.existsSync(target)) {
      const left = dead.find(({ previous }) => fs.existsSync(previous));
      if (left !== undefined) fs.renameSync(left.previous, target);
    }
    for (const staging of dead) staging.remove();
  }

  /** The folder that will replace the output folder. */
  readonly next: string;
  /** The place to which the output folder is moved. */
  readonly previous: string;

  constructor(private readonly folder: string) {
    this.next = path.join(folder, 'next');
    this.previous = path.join(folder, 'previous');
  }

  /** Replaces the output folder with `next`. If that fails, the output folder is unchanged. */
  swap(target: string): void {
    const isThere = fs.existsSync(target);
    if (isThere) fs.renameSync(target, this.previous);
    try {
      fs.renameSync(this.next, target);
    } catch (error) {
      if (isThere) fs.renameSync(this.previous, target);
      throw error;
    }
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function prefixOf(target: string): string {
  return path.join(path.dirname(target), `.dist-staging-${path.basename(target)}-`);
}

/** The staging folders that dead runs left for an output folder, the latest first. */
function deadStagings(target: string): Staging[] {
  const parent = path.dirname(target);
  const prefix = path.basename(prefixOf(target));
  const names = fs.existsSync(parent) ? fs.readdirSync(parent).filter((name) => name.startsWith(prefix)) : [];
  return names
    .map((name) => ({
      folder: path.join(parent, name),
      owner: /^([\w.]*)-([0-9]+)-\w{6}$/.exec(name.slice(prefix.length)),
    }))
    .flatMap(({ folder, owner }) =>
      owner === null ? [] : [{ folder, host: owner[1], pid: Number(owner[2]), time: fs.statSync(folder).mtimeMs }],
    )
    .filter(({ host, pid, time }) => (host === HOST ? !isAlive(pid) : Date.now() - time > LONGEST_RUN))
    .sort((a, b) => b.time - a.time)
    .map(({ folder }) => new Staging(folder));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it runs as another user
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
