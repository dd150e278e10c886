import { execFileSync } from 'child_process';
import * as path from 'path';

/** Whether git tracks a file, or anything in a folder. Without git, or outside of a repository, it does not. */
export function isTrackedByGit(file: string): boolean {
  try {
    const options = { cwd: path.dirname(path.resolve(file)), stdio: 'pipe' as const, encoding: 'utf8' as const };
    return execFileSync('git', ['ls-files', '--', path.basename(file)], options) !== '';
  } catch {
    return false;
  }
}
