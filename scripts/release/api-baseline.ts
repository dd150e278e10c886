import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import type { Assembly } from '@jsii/spec';
import packageJson from '../../package.json';
import { readAssembly } from '../assembly';

const ROOT = path.join(__dirname, '../..');

/** The API of the last version that was published. */
export const BASELINE = path.join(__dirname, 'published-api.json');
/** The breaks of it that the next version is meant to have. */
export const INTENDED_BREAKS = path.join(__dirname, 'intended-breaks.txt');

const INTENDED_BREAKS_HEAD = `# What the next version breaks on purpose: one key a line, as \`npm run release\` shows it in brackets.
# Tell users in CHANGELOG.md.
`;

/** What jsii-diff has no need of. */
const NOT_API = new Set([
  ...['bin', 'dependencyClosure', 'docs', 'fingerprint', 'keywords', 'locationInModule', 'metadata', 'readme'],
  ...['symbolId', 'targets'],
]);

/** Makes the API that was built the baseline, and forgets the breaks that led to it. */
function renew(): void {
  const api = (key: string, value: unknown) => (NOT_API.has(key) ? undefined : value);
  fs.writeFileSync(BASELINE, `${JSON.stringify(readAssembly(), api, 1)}\n`);
  fs.writeFileSync(INTENDED_BREAKS, INTENDED_BREAKS_HEAD);
}

/**
 * Throws if the API that was built breaks programs that the baseline compiles, unless that is intended and the version
 * says so.
 */
export function checkApi(): void {
  const { version } = JSON.parse(fs.readFileSync(BASELINE, 'utf8')) as Assembly;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'api-baseline-'));
  try {
    // jsii-diff compares packages
    fs.copyFileSync(BASELINE, path.join(folder, '.jsii'));
    fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const program = path.join(ROOT, 'node_modules/.bin/jsii-diff');
    const { status, stderr } = spawnSync(program, ['--keys', '--ignore-file', INTENDED_BREAKS, folder, ROOT], {
      encoding: 'utf8',
      env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    });
    if (status !== 0) {
      throw new Error(`${stderr}
The API breaks what ${version} had. Take the break back, or add its key, in brackets above, to
${path.relative(ROOT, INTENDED_BREAKS)}. If ${version} was never published: \`npm run generate:baseline\`.`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  const intended = fs.readFileSync(INTENDED_BREAKS, 'utf8').match(/^[^#\s].*$/gm) ?? [];
  if (intended.length > 0 && !mayBreak(version, packageJson.version)) {
    throw new Error(`Version ${packageJson.version} may not break what ${version} had, but there are intended breaks:
${intended.join('\n')}
By semantic versioning the next version is ${breaking(version).join('.')}.0${version.startsWith('0.') ? '' : '.0'} or later.`);
  }
}

/** The first numbers of the next version that may break: the second number too while the first is 0. */
function breaking(version: string): number[] {
  const [major, minor] = version.split('.').map(Number);
  return major === 0 ? [0, minor + 1] : [major + 1];
}

function mayBreak(from: string, to: string): boolean {
  const [[major, minor = 0], [toMajor, toMinor]] = [breaking(from), to.split('.').map(Number)];
  return toMajor > major || (toMajor === major && toMinor >= minor);
}

if (require.main === module) renew();
