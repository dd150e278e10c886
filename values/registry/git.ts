import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { FileReport } from '../report/file-report';
import { ValuePath } from '../../lib/validation';

/** Whether git tracks a file, or anything in a folder, there or not. Where git cannot say, it does not. */
export function isTrackedByGit(file: string): boolean {
  try {
    return git(path.dirname(path.resolve(file)), 'ls-files', '--', path.basename(file)) !== '';
  } catch {
    return false;
  }
}

/** Files with a password in them that git has, or takes with the next `git add`. */
export interface ExposedFiles {
  readonly tracked: readonly string[];
  readonly untracked: readonly string[];
}

/** Which files of a folder git has or takes. Where git cannot say, it has none. */
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

/** Warns of a values file with a password in it that git has, or takes next. */
export function warnOfInlinePassword(key: ValuePath, sources: string, report: FileReport): void {
  warn(report.file, key, report, {
    tracked: `git tracks this file, so everyone who can read the git repository can read this password. Use ${sources} instead, and change the password, as git keeps the old one`,
    untracked: `git does not ignore this file, so the next \`git add\` adds this password to the git repository. Use ${sources} instead, or add this file to .gitignore`,
  });
}

/** Warns of a password file that git has, or takes next. */
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
 * Whether git has a file, or takes it with the next `git add`. Without git, and outside of a work tree, it is safe.
 *
 * @throws Error where git fails, with its own words
 */
function gitState(file: string): 'tracked' | 'untracked' | 'safe' {
  // Of a symbolic link git has the path alone.
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
 * What git needs of the environment. A hook's GIT_DIR and GIT_INDEX_FILE would point it elsewhere, and what else is in
 * there may be a password, which NODE_DEBUG=child_process prints.
 */
const ENVIRONMENT = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot'];

function git(cwd: string, ...args: string[]): string {
  const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  // In a container the checkout often belongs to somebody else, and git refuses it: its configuration can name programs
  // to run. Of those, a listing of files would run this one.
  const options = ['--literal-pathspecs', '-c', 'safe.directory=*', '-c', 'core.fsmonitor=false'];
  return execFileSync('git', [...options, ...args], {
    cwd,
    env: { ...env, LC_ALL: 'C' },
    stdio: 'pipe',
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
}
