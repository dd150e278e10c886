import * as path from 'path';
import { outputFiles, plaintextFile } from '../synth/files';
import { type OutputFolder, readFile } from '../synth/output-folder';
import type { RegistryValues } from '../values/registry/registry-values';

/** How the committed files of an output folder differ from what synth would write, one line per file. */
export function differences(output: OutputFolder, registries: readonly RegistryValues[]): string[] {
  const there = new Set(output.list());
  const known = new Set(registries.map(({ name }) => plaintextFile(name)));
  const found: string[] = [];
  for (const { path: file, content, secret } of outputFiles(registries)) {
    if (secret) continue;
    known.add(file);
    if (!there.has(file)) found.push(`${file} is missing`);
    else if (readFile(path.join(output.path, file)) !== content) found.push(`${file} is different`);
  }
  const extra = [...there].filter((file) => !known.has(file)).map((file) => `${file} has no values file`);
  return [...found, ...extra];
}
