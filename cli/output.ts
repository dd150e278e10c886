import * as path from 'path';
import { OutputFolder } from '../synth/output-folder';
import { UsageError } from './usage-error';

/** The default folder of the values files. Its output goes to `dist/`. */
export const REGISTRIES = 'registries';

/**
 * The output folder for a folder of values files. For any folder but `registries` it must be given, so that the output
 * for staging never replaces production's `dist/`.
 *
 * @throws UsageError if it is required but not given
 */
export function outputOf(folder: string, out: string | undefined): OutputFolder {
  const given = out ?? process.env.CDK8S_OUTDIR;
  if (given !== undefined && given !== '') return new OutputFolder(given);
  if (path.relative(REGISTRIES, folder) !== '') {
    throw new UsageError(
      'only the folder registries is written to dist by default; for another folder add --out <folder>',
    );
  }
  return new OutputFolder('dist');
}
