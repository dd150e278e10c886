import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { FileReport } from '../report/file-report';
import { ValuePath } from '../../lib/validation';

/** Whether git tracks a file, or anything in a folder, even if it does not exist. False if git cannot tell. */
export function isTrackedByGit(file: string): boolean {
  try {
    return git(path.dirname(path.resolve(file)), 'ls-files', '--', path.basename(file)) !== '';
  } catch {
    return false;
  }
}

/** Files with a password that git tracks, and those that the next `git add` would add. */
export interface ExposedFiles {
  readonly tracked: readonly string[];
  readonly untracked: readonly string[];
}

/** Which files of a folder git tracks or would add. None if git cannot tell. */
export function exposedToGit(folder: string, files: readonly string[]): ExposedFiles {
  if (files.length === 0) return { tracked: [], untracked: [] };
  try {
    const list = (...options: string[]) => {
      const listed = new Set(git(fs.realpathSync(folder), 'ls-files', '-z', ...options).split('\0'));
      return files.filter((file) => listed.has(file));
    };
    return { tracked: list(), untracked: list('--others', '--exclude-standard') };
  } catch {
    return { tracked: [], untracked: [] };
  }
}

/** Warns about a values file with a password that git tracks or would add. */
export function warnOfInlinePassword(key: ValuePath, sources: string, report: FileReport): void {
  warn(report.file, key, report, {
    tracked: `git tracks this file, so everyone who can read the git repository can read this password. Use ${sources} instead, and change the password, as git keeps the old one`,
    untracked: `git does not ignore this file, so the next \`git add\` adds this password to the git repository. Use ${sources} instead, or add this file to .gitignore`,
  });
}

/** Warns about a password file that git tracks or would add. */
export function warnOfPasswordFile(file: string, key: ValuePath, report: FileReport): void {
  warn(file, key, report, {
    tracked: `git tracks ${file}, so everyone who can read the git repository can read this password: add the file to .gitignore, run \`git rm --cached\` on it, and change the password`,
    untracked: `git does not ignore ${file}, so the next \`git add\` adds this password to the git repository: add the file to .gitignore`,
  });
}

function warn(file: string, key: ValuePath, report: FileReport, words: { tracked: string; untracked: string }): void {
  try {
    const state = gitState(file);
    if (state !== 'safe') report.warning(key, 'committed', words[state]);
  } catch (error) {
    report.note(
      key,
      'committed',
      `cannot tell whether git tracks ${file}, which contains a password: ${(error as Error).message}`,
    );
  }
}

/**
 * Whether git tracks a file, or would add it with the next `git add`. Without git or outside a work tree, it is safe.
 *
 * @throws an error with git's own message if git fails
 */
function gitState(file: string): 'tracked' | 'untracked' | 'safe' {
  // Git stores only the path of a symbolic link, so check the file that it points to.
  const real = fs.realpathSync(file);
  const list = (...options: string[]) => git(path.dirname(real), 'ls-files', ...options, '--', path.basename(real));
  try {
    if (list() !== '') return 'tracked';
    return list('--others', '--exclude-standard') === '' ? 'safe' : 'untracked';
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string };
    if (code === 'ENOENT' || stderr.includes('not a git repository (or any')) return 'safe';
    throw new Error(/^fatal: .*$/m.exec(stderr)?.[0] ?? `git failed (${code ?? 'unknown reason'})`);
  }
}

/**
 * The variables that git needs. A hook sets GIT_DIR and GIT_INDEX_FILE, with which git would look elsewhere. Other
 * variables may contain a password, which NODE_DEBUG=child_process would print.
 */
const ENVIRONMENT = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot'];

function git(cwd: string, ...args: string[]): string {
  const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  // In a container the checkout often belongs to another user, and git then refuses it, because its configuration can
  // name programs to run. fsmonitor is the only one that listing files would run.
  const options = ['--literal-pathspecs', '-c', 'safe.directory=*', '-c', 'core.fsmonitor=false'];
  return execFileSync('git', [...options, ...args], {
    cwd,
    env: { ...env, LC_ALL: 'C' },
    stdio: 'pipe',
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
}
