import * as path from 'path';
import { OutputFolder } from '../synth/output-folder';
import { UsageError } from './usage-error';

/** The folder of values files that needs no name, and whose output goes to `dist/`. */
export const REGISTRIES = 'registries';

/**
 * The output folder of a folder of values files. Any but `registries` has to name one, so that staging never lands in
 * production's `dist/`.
 *
 * @throws UsageError if it names none
 */
export function outputOf(folder: string, out: string | undefined): OutputFolder {
  if (out === '') throw new UsageError('the output folder has no name; is a variable empty?');
  const given = out ?? process.env.CDK8S_OUTDIR;
  if (given !== undefined && given !== '') return new OutputFolder(given);
  if (path.relative(REGISTRIES, folder) !== '') {
    throw new UsageError('only registries is written to dist by itself; for another folder add --out <folder>');
  }
  return new OutputFolder('dist');
}
