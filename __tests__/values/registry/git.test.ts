import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { readValuesFolder } from '../../../values/read';
import { temporaryFolder } from '../../support/run-app';
import { dockerHub } from '../support/values-folder';

const WAYS = 'registryPasswordFrom: {env: NAME}, {file: path}, {externalSecret: ...} or {sealed: ...}';
const BOTH = ['registries/file.yaml', 'registries/inline.yaml', 'secrets/token'];

/** A git repository with two values files: one contains its password, the other names a password file. */
function repository(): { root: string; git: (...args: string[]) => void } {
  const root = fs.realpathSync(temporaryFolder());
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  write('registries/inline.yaml', dockerHub());
  const source = { registryPassword: undefined, registryPasswordFrom: '{ file: ../secrets/token }' };
  write('registries/file.yaml', dockerHub({ ...source, pushSecretName: 'another' }));
  write('secrets/token', 'secret\n');
  const git = (...args: string[]) => {
    execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  };
  git('init', '--quiet');
  return { root, git };
}

/** The warnings and notes of the values files in a repository, with their places. */
function read(root: string): { warnings: string[]; notes: string[] } {
  const { findings } = readValuesFolder(path.join(root, 'registries'));
  expect(findings.problems).toEqual([]);
  const text = ({ file, key, message }: { file: string; key?: string; message: string }) =>
    `${file} ${key}: ${message}`.replaceAll(`${root}/`, '');
  return { warnings: findings.warnings.map(text), notes: findings.notes.map(text) };
}

const TRACKED = {
  warnings: [
    'registries/file.yaml customImage.registryPasswordFrom.file: git tracks secrets/token, so everyone who can read the git repository can read this password: add the file to .gitignore, run `git rm --cached` on it, and change the password',
    `registries/inline.yaml customImage.registryPassword: git tracks this file, so everyone who can read the git repository can read this password. Use ${WAYS} instead, and change the password, as git keeps the old one`,
  ],
  notes: [],
};
const UNTRACKED = {
  warnings: [
    'registries/file.yaml customImage.registryPasswordFrom.file: git does not ignore secrets/token, so the next `git add` adds this password to the git repository: add the file to .gitignore',
    `registries/inline.yaml customImage.registryPassword: git does not ignore this file, so the next \`git add\` adds this password to the git repository. Use ${WAYS} instead, or add this file to .gitignore`,
  ],
  notes: [],
};
const SAFE = { warnings: [], notes: [] };

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a password that git tracks causes a warning, even if an ignore rule was added later', () => {
  const { root, git } = repository();
  git('add', ...BOTH);
  expect(read(root)).toEqual(TRACKED);
  fs.writeFileSync(path.join(root, '.gitignore'), 'secrets/\ninline.yaml\n');
  expect(read(root)).toEqual(TRACKED);
});

test('a password that the next `git add` would add causes a warning', () => {
  expect(read(repository().root)).toEqual(UNTRACKED);
});

test('a password that git ignores is safe, and so is one outside of every repository', () => {
  const { root } = repository();
  fs.writeFileSync(path.join(root, '.gitignore'), 'secrets/\ninline.yaml\n');
  expect(read(root)).toEqual(SAFE);
  fs.rmSync(path.join(root, '.git'), { recursive: true });
  fs.rmSync(path.join(root, '.gitignore'));
  expect(read(root)).toEqual(SAFE);
});

test('for a symbolic link, the file that it points to matters', () => {
  const { root, git } = repository();
  const [link, outside] = [path.join(root, 'secrets/token'), path.join(temporaryFolder(), 'token')];
  fs.renameSync(link, outside);
  fs.symlinkSync(outside, link);
  git('add', ...BOTH);
  expect(read(root)).toEqual({ ...TRACKED, warnings: TRACKED.warnings.slice(1) });
});

test("git's wildcards in a file name have no effect", () => {
  const { root, git } = repository();
  git('add', ...BOTH);
  fs.writeFileSync(path.join(root, '.gitignore'), '/secrets/\\*\n');
  fs.writeFileSync(path.join(root, 'secrets/*'), 'secret\n');
  const file = path.join(root, 'registries/file.yaml');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('secrets/token', 'secrets/*'));
  expect(read(root).warnings).toEqual([TRACKED.warnings[1]]);
});

test('the environment of a git hook does not turn the warning off', () => {
  const { root, git } = repository();
  git('add', ...BOTH);
  process.env.GIT_DIR = path.join(repository().root, '.git');
  process.env.GIT_INDEX_FILE = path.join(root, 'no-index');
  expect(read(root)).toEqual(TRACKED);
});

/** Puts a program named git before the real one. */
function standInForGit(script: string): void {
  const bin = temporaryFolder();
  fs.writeFileSync(path.join(bin, 'git'), `#!/bin/sh\nPATH='${process.env.PATH}'\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${bin}:${process.env.PATH}`;
}

test('a checkout that belongs to another user does not turn the warning off', () => {
  const { root, git } = repository();
  git('add', ...BOTH);
  standInForGit('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git "$@"');
  expect(() => execFileSync('git', ['ls-files'], { cwd: root, env: process.env, stdio: 'pipe' })).toThrow(
    'dubious ownership',
  );
  expect(read(root)).toEqual(TRACKED);
});

test('git does not run programs that the repository configures', () => {
  const { root, git } = repository();
  const ran = path.join(root, 'ran');
  git('config', 'core.fsmonitor', `touch ${ran}; false`);
  read(root);
  expect(fs.existsSync(ran)).toBe(false);
});

test('git gets no variable that may contain a password', () => {
  const { root } = repository();
  const seen = path.join(temporaryFolder(), 'seen');
  process.env.DOCKERHUB_TOKEN = 'secret';
  standInForGit(`env > '${seen}'`);
  read(root);
  expect(fs.readFileSync(seen, 'utf8')).toContain('HOME=');
  expect(fs.readFileSync(seen, 'utf8')).not.toContain('DOCKERHUB_TOKEN');
});

test('if git fails, a note says why', () => {
  const { root } = repository();
  fs.writeFileSync(path.join(root, '.git/index'), 'no index at all, that is for sure');
  const { warnings, notes } = read(root);
  expect(warnings).toEqual([]);
  expect(notes).toEqual([
    'registries/file.yaml customImage.registryPasswordFrom.file: cannot tell whether git tracks secrets/token, which contains a password: fatal: index file corrupt',
    'registries/inline.yaml customImage.registryPassword: cannot tell whether git tracks registries/inline.yaml, which contains a password: fatal: index file corrupt',
  ]);
});

test('a work tree without its repository is a failure, but a machine without git is not', () => {
  const { root } = repository();
  fs.rmSync(path.join(root, '.git'), { recursive: true });
  fs.writeFileSync(path.join(root, '.git'), 'gitdir: /nowhere/.git/worktrees/one\n');
  expect(read(root).notes.join()).toContain('fatal: not a git repository: /nowhere/.git/worktrees/one');
  process.env.PATH = temporaryFolder();
  expect(read(root)).toEqual(SAFE);
});
