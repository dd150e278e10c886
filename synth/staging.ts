import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const HOST = os.hostname().replace(/[^\w.]/g, '');
/** No run takes as long. It is how runs on other machines, containers among them, are known to be dead. */
const LONGEST_RUN = 60_000;

/**
 * The folder beside the output folder that a run writes first. Its name says whose it is, so that the next run can tell
 * what a dead one left behind from what a live one is writing.
 */
export class Staging {
  /** Makes one. Git takes nothing of it, whatever repository it is in. */
  static create(target: string): Staging {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const staging = new Staging(fs.mkdtempSync(`${prefixOf(target)}${HOST}-${process.pid}-`));
    fs.writeFileSync(path.join(staging.folder, '.gitignore'), '*\n');
    return staging;
  }

  /** Puts right what runs left that were killed: between the two renames there is no output folder. */
  static recover(target: string): void {
    const dead = deadStagings(target);
    if (!fs.existsSync(target)) {
      const left = dead.find(({ previous }) => fs.existsSync(previous));
      if (left !== undefined) fs.renameSync(left.previous, target);
    }
    for (const staging of dead) staging.remove();
  }

  /** What is to take the place of the output folder. */
  readonly next: string;
  /** Where the output folder goes. */
  readonly previous: string;

  constructor(private readonly folder: string) {
    this.next = path.join(folder, 'next');
    this.previous = path.join(folder, 'previous');
  }

  /** Puts `next` in the place of the output folder. On failure that is what it was. */
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

/** What dead runs left for an output folder, the latest first. */
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
    // EPERM: it runs, and is somebody else's
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
