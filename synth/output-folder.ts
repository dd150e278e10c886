import * as fs from 'fs';
import * as path from 'path';
import { MADE_BY } from './charts';
import { OutputFile, POLICY_FILES, SOURCE_IGNORE, SUBFOLDERS } from './files';

const MAX_NAMED = 5;

/** A reason not to touch the output folder, in the words of the message. */
export class OutputFolderError extends Error {}

/** The folder that synth writes, as a whole or not at all. */
export class OutputFolder {
  /** Without a "/" at its end. */
  readonly path: string;

  constructor(folder: string) {
    this.path = folder.replace(/(?<=.)\/+$/, '');
  }

  /** Whether it is there. */
  get exists(): boolean {
    return fs.existsSync(this.path);
  }

  /**
   * What is in it, as paths relative to it. Only the folders that synth writes are looked into.
   *
   * @throws OutputFolderError when it cannot be read
   */
  list(): string[] {
    if (!this.exists) return [];
    return reading(() => {
      if (!fs.statSync(this.path).isDirectory()) throw new OutputFolderError(`${this.path} is not a folder.`);
      const entries = fs.readdirSync(this.path, { withFileTypes: true }).flatMap((entry) => {
        if (!entry.isDirectory() || !SUBFOLDERS.includes(entry.name)) return [entry.name];
        return fs.readdirSync(path.join(this.path, entry.name)).map((name) => `${entry.name}/${name}`);
      });
      // what macOS leaves in a folder that was looked at
      return entries.filter((entry) => path.basename(entry) !== '.DS_Store').sort();
    });
  }

  /**
   * Replaces the folder: writes a staging folder beside it, then renames.
   *
   * @throws OutputFolderError when it cannot be written, or there is something in it that synth never wrote
   */
  replace(files: readonly OutputFile[]): void {
    this.refuseForeignFiles(files);
    try {
      const target = this.exists ? fs.realpathSync(this.path) : path.resolve(this.path);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const staging = fs.mkdtempSync(path.join(path.dirname(target), '.dist-staging-'));
      try {
        writeFiles(path.join(staging, 'next'), files);
        swap(path.join(staging, 'next'), target, path.join(staging, 'previous'));
      } finally {
        // What could not be put back stays where it is.
        if (fs.existsSync(target) || !fs.existsSync(path.join(staging, 'previous'))) {
          fs.rmSync(staging, { recursive: true, force: true });
        }
      }
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw error;
      throw new OutputFolderError(
        `${this.path}/ cannot be replaced (${code}, ${syscall}). It and the folder that it is in must be writable, and it must be no mount point.`,
      );
    }
  }

  private refuseForeignFiles(files: readonly OutputFile[]): void {
    const next = new Set(files.map((file) => file.path));
    const foreign = this.list().filter((file) => !reading(() => this.isOurs(file, next)));
    if (foreign.length === 0) return;
    const more = foreign.length > MAX_NAMED ? ` and ${foreign.length - MAX_NAMED} more` : '';
    throw new OutputFolderError(
      `${this.path}/ is replaced as a whole, and holds what synth never wrote: ${foreign.slice(0, MAX_NAMED).join(', ')}${more}. Move it elsewhere, or choose another folder with CDK8S_OUTDIR.`,
    );
  }

  /** Whether a file that is about to go is one of an earlier run. */
  private isOurs(file: string, next: ReadonlySet<string>): boolean {
    if (file === '.sourceignore') return this.read(file) === SOURCE_IGNORE;
    const policy = nameOfPolicy(file);
    if (policy === undefined && !/^[^/]*\.k8s\.yaml$|^helm\/[^/]*\.values\.yaml$/.test(file)) return false;
    if (next.has(file)) return this.isFile(file);
    // JSON has no place for a header: a policy is ours where the manifests that it belongs to are.
    if (policy !== undefined) return this.isFile(file) && this.isOurs(`${policy}.k8s.yaml`, next);
    // Earlier versions wrote no `---`.
    return (
      this.read(file)
        ?.replace(/^---\n/, '')
        .startsWith(MADE_BY) === true
    );
  }

  /** The text of a file; nothing where it is none, as a link or a folder. */
  private read(file: string): string | undefined {
    return this.isFile(file) ? fs.readFileSync(path.join(this.path, file), 'utf8') : undefined;
  }

  private isFile(file: string): boolean {
    return fs.lstatSync(path.join(this.path, file), { throwIfNoEntry: false })?.isFile() === true;
  }
}

/** The registry that a file has the policy for. */
function nameOfPolicy(file: string): string | undefined {
  const [folder, base, ...deeper] = file.split('/');
  const found = POLICY_FILES.find((policy) => policy.folder === folder && base?.endsWith(`.${policy.ending}`));
  return found === undefined || deeper.length > 0 ? undefined : base.slice(0, -found.ending.length - 1);
}

/** Looks at what is there, and says in our words what cannot be read. */
function reading<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { code, path: unreadable } = error as NodeJS.ErrnoException;
    if (code === undefined || unreadable === undefined) throw error;
    throw new OutputFolderError(
      `${unreadable} cannot be read (${code}), so it cannot be said whether it may be replaced. Another user's run, by sudo for example, may have left it: make it yours, or remove it.`,
    );
  }
}

/** Puts `next` in the place of `target`. On failure `target` is what it was. */
function swap(next: string, target: string, previous: string): void {
  const isThere = fs.existsSync(target);
  if (isThere) fs.renameSync(target, previous);
  try {
    fs.renameSync(next, target);
  } catch (error) {
    if (isThere) fs.renameSync(previous, target);
    throw error;
  }
}

function writeFiles(folder: string, files: readonly OutputFile[]): void {
  fs.mkdirSync(folder);
  for (const { path: relative, content, secret } of files) {
    const file = path.join(folder, relative);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { mode: secret ? 0o600 : 0o644 });
  }
}
