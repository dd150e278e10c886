import * as path from 'path';
import { nameErrors } from '../values/read';
import { type Kind, valuesFile } from './kinds';
import { obstacleToNew, writeNew } from './new-file';
import { checkCommand } from './project-files';
import type { Streams } from './streams';
import { UsageError } from './usage-error';

/** Writes a new values file. People also give its name with the ending. */
export function add(kind: string, given: string, folder: string, { stdout, stderr }: Streams): number {
  const name = given.replace(/\.yaml$/, '');
  const [error] = nameErrors(name);
  if (error !== undefined) throw new UsageError(error);
  const file = path.join(folder, `${name}.yaml`);
  const obstacle = obstacleToNew(file);
  if (obstacle !== undefined) {
    stderr.write(`Nothing was written: ${obstacle}\n`);
    return 1;
  }
  if (!writeValuesFile(kind as Kind, name, folder)) {
    stderr.write(`Nothing was written: ${file} already exists. Choose another name: add ${kind} <name>\n`);
    return 1;
  }
  stdout.write(`${file}\n`);
  stderr.write(`Next: fill in what is in angle brackets, then ${checkCommand(folder)}\n`);
  return 0;
}

/** Returns whether it wrote the file. It never changes an existing one. */
export function writeValuesFile(kind: Kind, name: string, folder: string): boolean {
  return writeNew(path.join(folder, `${name}.yaml`), valuesFile(kind, name, folder));
}
