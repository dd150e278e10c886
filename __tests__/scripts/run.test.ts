import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { linkDependencies } from '../support/link-dependencies';
import { REPOSITORY, temporaryFolder } from '../support/run-app';

let root: string;

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeEach(() => {
  root = temporaryFolder();
  linkDependencies(REPOSITORY, root);
  for (const file of ['scripts/run.mjs', 'package.json', 'tsconfig.json']) {
    write(file, fs.readFileSync(path.join(REPOSITORY, file), 'utf8'));
  }
  write('lib/answer.ts', 'export const answer: number = 41;\n');
  write(
    'main.ts',
    "import { answer } from './lib/answer';\nconsole.log(answer, ...process.argv.slice(2));\nprocess.exitCode = 3;\n",
  );
});

test('a program gets its arguments, and ends as it wants to', () => {
  expect(run('main.ts', 'a', '--b')).toEqual({ status: 3, stdout: '41 a --b\n', stderr: '' });
});

test('a change in what it imports is seen by the next run', () => {
  run('main.ts');
  write('lib/answer.ts', 'export const answer: number = 42;\n');
  expect(run('main.ts').stdout).toBe('42\n');
});

test('another version of a package is seen by the next run, though npm leaves its time of modification', () => {
  const module = 'node_modules/answer/index.js';
  write(module, 'exports.answer = 41;\n');
  write('main.ts', "import { answer } from 'answer';\nconsole.log(answer);\n");
  const time = new Date('1985-10-26T08:15:00Z');
  fs.utimesSync(path.join(root, module), time, time);
  run('main.ts');
  write(module, 'exports.answer = 42;\n');
  fs.utimesSync(path.join(root, module), time, time);
  expect(run('main.ts').stdout).toBe('42\n');
});

test('without a change it is not bundled again', () => {
  const bundle = path.join(root, 'node_modules/.cache/run/main.ts.js');
  run('main.ts');
  const before = fs.statSync(bundle);
  expect(run('main.ts').stdout).toBe('41\n');
  expect(fs.statSync(bundle).ino).toBe(before.ino);
  expect(fs.readdirSync(path.dirname(bundle))).toEqual(['main.ts.js']);
});

test('what is saved while it bundles is seen by the next run', () => {
  // as if it were saved at the last moment
  const bundle = path.join(root, 'node_modules/.cache/run/main.ts.js');
  const late = spawnSync(
    process.execPath,
    ['--import', 'data:text/javascript,Date.now=()=>0', 'scripts/run.mjs', 'main.ts'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(late.stdout).toBe('41\n');
  expect(fs.existsSync(bundle)).toBe(false);
});

test('without the file in which npm notes what it installed, it runs and is kept', () => {
  fs.rmSync(path.join(root, 'node_modules/.package-lock.json'), { force: true });
  expect(run('main.ts')).toMatchObject({ stdout: '41\n', stderr: '' });
  expect(fs.existsSync(path.join(root, 'node_modules/.cache/run/main.ts.js'))).toBe(true);
});

test('a bundle that was cut off is made again', () => {
  run('main.ts');
  const bundle = path.join(root, 'node_modules/.cache/run/main.ts.js');
  fs.truncateSync(bundle, 20);
  expect(run('main.ts').stdout).toBe('41\n');
});

test('where nothing can be kept it runs all the same', () => {
  write('node_modules/.cache', 'a file where the folder should be');
  expect(run('main.ts')).toMatchObject({ status: 3, stdout: '41\n', stderr: '' });
});

test('a program that is none is reported with its line, and nothing of an earlier one runs', () => {
  run('main.ts');
  write('main.ts', 'console.log(41;\n');
  const { status, stdout, stderr } = run('main.ts');
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('main.ts:1:14:');
  expect(stderr).not.toContain('node_modules');
});
