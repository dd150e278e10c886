import * as fs from 'fs';
import * as path from 'path';
import { synthesizeRegistry } from '../synth/charts';
import { outputFiles, plaintextFile } from '../synth/files';
import type { OutputFolder } from '../synth/output-folder';
import type { RegistryValues } from '../values/registry/registry-values';

/** How the committed files of an output folder differ from what synth would write, one line per file. */
export function differences(output: OutputFolder, registries: readonly RegistryValues[]): string[] {
  const files = outputFiles(registries.map(synthesizeRegistry)).filter(({ secret }) => !secret);
  const there = new Set(output.list());
  const found = files.flatMap(({ path: file, content }) => {
    if (!there.has(file)) return [`${file} is missing`];
    // Git on Windows may have changed the line endings.
    const text = fs.readFileSync(path.join(output.path, file), 'utf8').replaceAll('\r\n', '\n');
    return text === content ? [] : [`${file} is different`];
  });
  const known = new Set([...files.map((file) => file.path), ...registries.map(({ name }) => plaintextFile(name))]);
  const extra = [...there].filter((file) => !known.has(file)).map((file) => `${file} has no values file`);
  return [...found, ...extra];
}
