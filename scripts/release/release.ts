/**
 * `npm run release` checks all that a release takes, and shows the commands that would publish it. With `--publish` it
 * runs them, after the same checks.
 */
import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import packageJson from '../../package.json';
import { checkApi } from './api-baseline';
import { checkContents } from './contents';

const ROOT = path.join(__dirname, '../..');
const { name, version } = packageJson;
const TAG = `v${version}`;
const TARBALL = `packages/js/${name}@${version}.jsii.tgz`;
const WHEEL = `packages/wheel/${name.replace(/-/g, '_')}-${version}-py3-none-any.whl`;
/** twine and pip, as `__tests__/e2e/tools/install` brings them. */
const PYTHON = path.join(
  process.env.XDG_CACHE_HOME || path.join(process.env.HOME ?? '', '.cache'),
  'primehub-image-registries/release-venv/bin',
);

/** Runs a command and returns its output, which is shown if the command fails. */
function run(command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 28 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${stdout}${stderr}` === '' ? message : `${stdout}${stderr}${[command, ...args].join(' ')} failed`);
  }
}

function checkTree(): void {
  const changed = run('git', 'status', '--porcelain');
  if (changed !== '') throw new Error(`Commit these first, or remove them:\n${changed}`);
}

function checkVersion(): void {
  const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
  const versions = {
    'package.json': version,
    'package-lock.json': (JSON.parse(read('package-lock.json')) as { version: string }).version,
    'CHANGELOG.md': /^## (\S+)$/m.exec(read('CHANGELOG.md'))?.[1],
  };
  if (new Set(Object.values(versions)).size > 1) {
    const lines = Object.entries(versions).map(([file, found]) => `  ${file}: ${found}`);
    throw new Error(`The newest version is not the same everywhere:\n${lines.join('\n')}`);
  }
  if (run('git', 'tag', '--list', TAG) !== '') {
    throw new Error(`${TAG} is tagged already: raise the version, and begin its section in CHANGELOG.md`);
  }
}

function checkWheel(): void {
  if (!fs.existsSync(path.join(PYTHON, 'twine'))) {
    throw new Error('not installed: twine. Run __tests__/e2e/tools/install');
  }
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check'];
  const wheels = path.dirname(WHEEL);
  run(path.join(PYTHON, 'python'), ...pip, 'wheel', '--no-deps', '--wheel-dir', wheels, 'packages/python');
  run(path.join(PYTHON, 'twine'), 'check', '--strict', WHEEL);
}

const CHECKS: readonly (readonly [title: string, check: () => unknown])[] = [
  ['nothing is uncommitted', checkTree],
  ['the version is new, and the same everywhere', checkVersion],
  ['npm run lint', () => run('npm', 'run', 'lint')],
  ['npm test', () => run('npm', 'test')],
  ['npm run package', () => run('npm', 'run', 'package')],
  ['the API breaks nothing that it should not', checkApi],
  ['licences and bill of materials are complete', () => checkContents(path.join(ROOT, TARBALL))],
  ['wheel, and twine check', checkWheel],
  ['npm publish --dry-run', () => run('npm', 'publish', '--dry-run', '--ignore-scripts', `./${TARBALL}`)],
  ['no committed file has changed', checkTree],
];

const COMMANDS: readonly (readonly [command: string, ...args: string[]])[] = [
  ['npm', 'publish', '--ignore-scripts', `./${TARBALL}`],
  [path.join(PYTHON, 'twine'), 'upload', '--non-interactive', WHEEL],
  ['git', 'tag', '--annotate', '--message', `Version ${version}`, TAG],
  ['git', 'push', 'origin', TAG],
  ['npm', 'run', 'generate:baseline'],
];
const shown = COMMANDS.map((words) => `  ${words.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')}`);

function checkAll(): boolean {
  for (const [title, check] of CHECKS) {
    const start = Date.now();
    try {
      check();
    } catch (error) {
      console.error(`${(error as Error).message}\nNot ok: ${title}. Nothing is published.`);
      return false;
    }
    console.log(`ok: ${title} (${Math.round((Date.now() - start) / 1000)} s)`);
  }
  return true;
}

function publish(): boolean {
  for (const [index, [command, ...args]] of COMMANDS.entries()) {
    console.log(shown[index]);
    const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) {
      console.error(`This failed. What is left to do, by hand:\n${shown.slice(index).join('\n')}`);
      return false;
    }
  }
  return true;
}

function main([option = '--dry-run', ...others]: readonly string[]): number {
  if (!['--dry-run', '--publish'].includes(option) || others.length > 0) {
    console.error('usage: npm run release [-- --dry-run | --publish]');
    return 2;
  }
  if (!checkAll()) return 1;
  if (option === '--dry-run') {
    console.log(`\n${name} ${version} is ready. \`npm run release -- --publish\` checks again, and runs:`);
    console.log(shown.join('\n'));
    return 0;
  }
  console.log(`\nPublishing ${name} ${version}:`);
  if (!publish()) return 1;
  console.log('Published. Commit the new baseline of the API.');
  return 0;
}

process.exitCode = main(process.argv.slice(2));
