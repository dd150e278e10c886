import * as path from 'path';
import { outputFiles, plaintextFile } from '../synth/files';
import { type OutputFolder, OutputFolderError, readFile } from '../synth/output-folder';
import type { RegistryValues } from '../values/registry/registry-values';

/**
 * How the committed files of an output folder differ from what synth would write, one line per file. What cannot be read
 * is a difference, too.
 */
export function differences(output: OutputFolder, registries: readonly RegistryValues[]): string[] {
  try {
    return differencesIn(output, registries);
  } catch (error) {
    if (error instanceof OutputFolderError) return [error.message];
    throw error;
  }
}

function differencesIn(output: OutputFolder, registries: readonly RegistryValues[]): string[] {
  const there = new Set(output.list());
  const known = new Set(registries.map(({ name }) => plaintextFile(name)));
  const found: string[] = [];
  for (const { path: file, content, secret } of outputFiles(registries)) {
    if (secret) continue;
    known.add(file);
    if (!there.has(file)) found.push(`${file} is missing`);
    else found.push(...differenceOf(file, path.join(output.path, file), content));
  }
  const extra = [...there].filter((file) => !known.has(file)).map((file) => `${file} has no values file`);
  return [...found, ...extra];
}

function differenceOf(name: string, file: string, content: string): string[] {
  try {
    return readFile(file) === content ? [] : [`${name} is different`];
  } catch (error) {
    return [`${name} cannot be read (${(error as NodeJS.ErrnoException).code})`];
  }
}
