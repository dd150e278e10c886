import * as fs from 'fs';
import * as path from 'path';
import { MADE_BY } from './charts';
import { FIXED_FILES, OutputFile, POLICY_FILES, SUBFOLDERS, WrittenFile } from './files';
import { Staging } from './staging';

const MAX_NAMED = 5;
/** In bytes: its longest part is the name of a values file with its folder. */
const LONGEST_HEADER = 1024;

/** A reason not to change the output folder, as a message. */
export class OutputFolderError extends Error {}

/** The folder that synth writes, completely or not at all. */
export class OutputFolder {
  /** The path, without "/" at the end. */
  readonly path: string;

  constructor(folder: string) {
    this.path = folder.replace(/(?<=.)\/+$/, '');
  }

  /** Whether the folder exists. */
  get exists(): boolean {
    return fs.existsSync(this.path);
  }

  /**
   * The paths of its contents, relative to it. It reads only the subfolders that synth writes.
   *
   * @throws OutputFolderError if it cannot be read
   */
  list(): string[] {
    return reading(() => {
      if (!this.exists) {
        if (fs.lstatSync(this.path, { throwIfNoEntry: false }) === undefined) return [];
        throw new OutputFolderError(`${this.path} is a link to nothing.`);
      }
      if (!fs.statSync(this.path).isDirectory()) throw new OutputFolderError(`${this.path} is not a folder.`);
      const entries = fs.readdirSync(this.path, { withFileTypes: true }).flatMap((entry) => {
        if (!entry.isDirectory() || !SUBFOLDERS.includes(entry.name)) return [entry.name];
        return fs.readdirSync(path.join(this.path, entry.name)).map((name) => `${entry.name}/${name}`);
      });
      // macOS creates it in folders that the user opens
      return entries.filter((entry) => path.basename(entry) !== '.DS_Store').sort();
    });
  }

  /**
   * Replaces the folder: writes a staging folder beside it, then renames it. Holds one file at a time in memory.
   *
   * @throws OutputFolderError if it cannot be written, or if it contains something that synth did not write
   */
  replace(files: Iterable<OutputFile>): WrittenFile[] {
    this.recover();
    const policies = this.refuseForeignFiles();
    try {
      const { target } = this;
      const staging = Staging.create(target);
      try {
        const written = writeFiles(staging.next, files);
        this.refuse(policies.filter((file) => this.read(file) !== readFile(path.join(staging.next, file))));
        keepModes(target, staging.next);
        staging.swap(target);
        return written;
      } finally {
        // If the previous folder could not be put back, keep it here.
        if (fs.existsSync(target) || !fs.existsSync(staging.previous)) staging.remove();
      }
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw error;
      if (code === 'ENOSPC' || code === 'EDQUOT') {
        throw new OutputFolderError(`the disk or your quota is full (${code}): ${this.path}/ is unchanged.`);
      }
      throw new OutputFolderError(
        `${this.path}/ cannot be replaced (${code}, ${syscall}). The folder and its parent must be writable, and it must not be a mount point.`,
      );
    }
  }

  /** Cleans up after killed runs. */
  recover(): void {
    reading(() => Staging.recover(this.target));
  }

  private get target(): string {
    return this.exists ? fs.realpathSync(this.path) : path.resolve(this.path);
  }

  /** Refuses what synth never wrote. Returns the policies that are ours only if they are written again as they are. */
  private refuseForeignFiles(): string[] {
    const foreign = this.list().filter((file) => !reading(() => this.isOurs(file)));
    const isPolicy = (file: string) => nameOfPolicy(file) !== undefined && this.isFile(file);
    this.refuse(foreign.filter((file) => !isPolicy(file)));
    return foreign.filter(isPolicy);
  }

  private refuse(foreign: readonly string[]): void {
    if (foreign.length === 0) return;
    const more = foreign.length > MAX_NAMED ? ` and ${foreign.length - MAX_NAMED} more` : '';
    throw new OutputFolderError(
      `${this.path}/ would be replaced as a whole, but it contains files that synth did not write: ${foreign.slice(0, MAX_NAMED).join(', ')}${more}. Move it elsewhere, or choose another folder with --out or CDK8S_OUTDIR.`,
    );
  }

  /** Whether a file that is about to be removed is from an earlier run. */
  private isOurs(file: string): boolean {
    if (!this.isFile(file)) return false;
    if (FIXED_FILES[file] !== undefined) return FIXED_FILES[file] === this.read(file);
    // JSON cannot have a header, so a policy is ours if its manifests are.
    const policy = nameOfPolicy(file);
    if (policy !== undefined) return this.isOurs(`${policy}.k8s.yaml`);
    const name = nameOfManifest(file);
    // A copy of our file under another name belongs to the user.
    return name !== undefined && isMadeFrom(name, readBeginning(path.join(this.path, file)));
  }

  /** The text of a file, or nothing for a link or a folder. */
  private read(file: string): string | undefined {
    return this.isFile(file) ? readFile(path.join(this.path, file)) : undefined;
  }

  private isFile(file: string): boolean {
    return fs.lstatSync(path.join(this.path, file), { throwIfNoEntry: false })?.isFile() === true;
  }
}

/** The registry of a policy file. */
function nameOfPolicy(file: string): string | undefined {
  const [folder, base, ...deeper] = file.split('/');
  const found = POLICY_FILES.find((policy) => policy.folder === folder && base?.endsWith(`.${policy.ending}`));
  return found === undefined || deeper.length > 0 ? undefined : base.slice(0, -found.ending.length - 1);
}

/** Reads something, and reports what cannot be read in our own words. */
function reading<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { code, path: unreadable } = error as NodeJS.ErrnoException;
    if (code === undefined || unreadable === undefined) throw error;
    throw new OutputFolderError(
      `${unreadable} cannot be read (${code}), so synth does not know whether it may replace it. A run of another user, for example with sudo, may have left it: change its owner, or remove it.`,
    );
  }
}

/** The registry of a file with manifests or Helm values, from the file's name. */
function nameOfManifest(file: string): string | undefined {
  const [, manifests, values] =
    /^(?:([^/]+?)(?:-push-secret)?\.k8s\.yaml|helm\/([^/]+)\.values\.yaml)$/.exec(file) ?? [];
  return manifests ?? values;
}

/** Whether a text begins with our header, and that names the values file of a registry: without its folder, it is older. */
function isMadeFrom(name: string, content: string): boolean {
  const [first] = content.replace(/^---\n/, '').split('\n', 1);
  if (!first.startsWith(`${MADE_BY} `)) return false;
  const [, file] = /^(?:.*\/)?([^/:]*)(?::|$)/.exec(first.slice(MADE_BY.length + 1)) ?? [];
  return file === `${name}.yaml`;
}

/** Gives the folders in `next` the same modes as those in `target`. */
function keepModes(target: string, next: string): void {
  for (const folder of ['.', ...SUBFOLDERS]) {
    const [from, to] = [path.join(target, folder), path.join(next, folder)];
    if (fs.existsSync(from) && fs.existsSync(to)) fs.chmodSync(to, fs.statSync(from).mode & 0o7777);
  }
}

/** Writes files into a folder, which is made, each as it comes. */
function writeFiles(folder: string, files: Iterable<OutputFile>): WrittenFile[] {
  const folders = new Set<string>();
  const written: WrittenFile[] = [];
  fs.mkdirSync(folder);
  for (const { path: relative, content, secret } of files) {
    const file = path.join(folder, relative);
    const parent = path.dirname(file);
    if (!folders.has(parent)) fs.mkdirSync(parent, { recursive: true });
    folders.add(parent);
    fs.writeFileSync(file, content, { mode: secret ? 0o600 : 0o644 });
    written.push({ path: relative, secret });
  }
  return written;
}

/** The text of a file, if there is one. Git on Windows may have changed its line ends. */
export function readFile(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
}

/** As much of a file as a header is long. */
function readBeginning(file: string): string {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(LONGEST_HEADER);
    return bytes.toString('utf8', 0, fs.readSync(descriptor, bytes)).replaceAll('\r\n', '\n');
  } finally {
    fs.closeSync(descriptor);
  }
}
