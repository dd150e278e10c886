import * as fs from 'fs';
import * as path from 'path';
import { OutputFile } from './files';

/** A reason not to touch the output folder, in the words of the message. */
export class OutputFolderError extends Error {}

/** The folder that synth writes, as a whole or not at all. */
export class OutputFolder {
  constructor(readonly path: string) {}

  /** Whether it is there. `cdk8s synth` deletes it before it runs the app. */
  get exists(): boolean {
    return fs.existsSync(this.path);
  }

  /** The files directly in it. */
  list(): string[] {
    return this.exists ? fs.readdirSync(this.path).sort() : [];
  }

  /**
   * Replaces the folder: writes a staging folder beside it, then renames.
   *
   * @throws OutputFolderError when there is something in it that synth never writes
   */
  replace(files: readonly OutputFile[]): void {
    this.refuseForeignFiles();
    const target = this.exists ? fs.realpathSync(this.path) : path.resolve(this.path);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const staging = fs.mkdtempSync(path.join(path.dirname(target), '.dist-staging-'));
    const next = path.join(staging, 'next');
    const previous = path.join(staging, 'previous');
    try {
      fs.mkdirSync(next);
      for (const file of files) writeFile(next, file);
      if (this.exists) fs.renameSync(target, previous);
      try {
        fs.renameSync(next, target);
      } catch (error) {
        if (fs.existsSync(previous)) fs.renameSync(previous, target);
        throw error;
      }
    } finally {
      fs.rmSync(staging, { recursive: true, force: true });
    }
  }

  private refuseForeignFiles(): void {
    const foreign = this.list().filter((name) => !/^(helm|aws|\.sourceignore)$|\.k8s\.yaml$/.test(name));
    if (foreign.length === 0) return;
    throw new OutputFolderError(
      `${this.path}/ is replaced as a whole, and holds what synth never wrote: ${foreign.join(', ')}. Move it elsewhere, or choose another folder with CDK8S_OUTDIR.`,
    );
  }
}

function writeFile(folder: string, { path: relative, content, secret }: OutputFile): void {
  const file = path.join(folder, relative);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content, { mode: secret ? 0o600 : 0o644 });
}
