import * as fs from 'fs';
import * as path from 'path';
import { nameErrors } from '../values/read';
import { type Kind, valuesFile } from './kinds';
import type { Streams } from './streams';
import { UsageError } from './usage-error';

/** Writes a new values file. */
export function add(kind: string, name: string, folder: string, { stdout, stderr }: Streams): number {
  const [error] = nameErrors(name);
  if (error !== undefined) throw new UsageError(error);
  const file = path.join(folder, `${name}.yaml`);
  if (!writeValuesFile(kind as Kind, name, folder)) {
    stderr.write(`Nothing was written: ${file} already exists. Choose another name: add ${kind} <name>\n`);
    return 1;
  }
  stdout.write(`${file}\n`);
  stderr.write(`Next: replace the placeholders in angle brackets, then npm run check\n`);
  return 0;
}

/** Returns whether it wrote the file. It never changes an existing one. */
export function writeValuesFile(kind: Kind, name: string, folder: string): boolean {
  return writeNew(path.join(folder, `${name}.yaml`), valuesFile(kind, name, folder));
}

/** Writes a file and its folder, unless something has that name. */
export function writeNew(file: string, text: string): boolean {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
