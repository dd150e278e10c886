import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from '../../support/load-all';
import { program } from '../../support/run-app';
import type { KubernetesObject } from './api-client';
import { removeFolder, run, temporaryFolder } from './process';

const ROOT = join(__dirname, '..', '..', '..');

/** A folder of values files, and the output of the app for it. */
export class Registries {
  readonly folder = temporaryFolder('registries');
  readonly dist = join(this.folder, 'dist');
  private readonly registries = join(this.folder, 'registries');

  /** @param env more variables for the app, such as passwords */
  constructor(private readonly env: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.registries);
  }

  /** The path of a values file. */
  file(name: string): string {
    return join(this.registries, `${name}.yaml`);
  }

  write(name: string, values: string): void {
    writeFileSync(this.file(name), values);
  }

  remove(name: string): void {
    rmSync(this.file(name));
  }

  /** Writes `dist/`. Throws an error with the app's message if it refuses. */
  async synth(): Promise<KubernetesObject[]> {
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder, CDK8S_OUTDIR: this.dist, ...this.env };
    const args = [program('main.ts'), this.registries];
    const { code, stderr } = await run(process.execPath, args, { cwd: ROOT, env });
    if (code !== 0) throw new Error(`the app ended with ${String(code)}:\n${stderr}`);
    return readObjects(this.dist);
  }

  /** Seals the password into a values file. */
  async seal(name: string, password: string, ...args: string[]): Promise<void> {
    const command = [program('cli/index.ts'), 'seal', this.file(name), ...args];
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder };
    const { code, stderr } = await run(process.execPath, command, { cwd: ROOT, env, input: password });
    if (code !== 0) throw new Error(`seal ended with ${String(code)}:\n${stderr}`);
  }

  close(): void {
    removeFolder(this.folder);
  }
}

/** Every object in the files directly in a folder, in the order in which kubectl reads them. */
export function readObjects(folder: string): KubernetesObject[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.sort().flatMap((file) => loadAll<KubernetesObject>(join(folder, file)));
}

/** `Kind/namespace/name`. */
export function subject({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** The same change for each object, in the form of a `SyncResult`. */
export function each(objects: readonly KubernetesObject[], change: string): Record<string, string> {
  return Object.fromEntries(objects.map((object) => [subject(object), change]));
}

/** Sets annotations on every object of some kinds, or removes them. */
export function annotate(folder: string, kinds: string[], annotations: Record<string, string>, present = true): void {
  for (const file of readdirSync(folder)) {
    const objects = loadAll<KubernetesObject>(join(folder, file));
    for (const { metadata } of objects.filter(({ kind }) => kinds.includes(kind ?? ''))) {
      const others = Object.entries(metadata.annotations ?? {}).filter(([key]) => !(key in annotations));
      Object.assign(metadata, { annotations: { ...Object.fromEntries(others), ...(present && annotations) } });
    }
    writeFileSync(join(folder, file), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  }
}
