// Runs a TypeScript program of this repository: `node scripts/run.mjs main.ts`.
//
// The program is bundled with all that it imports, as one file loads in a third of the time of hundreds. The bundle is
// kept in node_modules/.cache, and made again when one of the files that it was made from has changed.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compileFunction } from 'node:vm';

const ROOT = path.join(import.meta.dirname, '..');
const CACHE = path.join(ROOT, 'node_modules/.cache/run');
/** What decides on a bundle beside the files in it: how it is made, and which files the imports lead to. */
const SETTINGS = ['scripts/run.mjs', 'package.json', 'tsconfig.json', 'node_modules/.package-lock.json'];

async function run(program) {
  const bundle = path.join(CACHE, `${program.replaceAll(/[\\/]/g, '-')}.js`);
  const code = readFresh(bundle) ?? (await build(program, bundle));
  compileFunction(code, ['module', 'require'], { filename: bundle })({}, createRequire(bundle));
}

/** The bundle, or nothing where the files that its first line names are no longer what it was made from. */
function readFresh(bundle) {
  try {
    const code = fs.readFileSync(bundle, 'utf8');
    const stamps = Object.entries(JSON.parse(code.slice('//'.length, code.indexOf('\n'))));
    return stamps.every(([file, stamp]) => isDeepStrictEqual(stampOf(file), stamp)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Goes by the time of the last change, as npm gives all packages one and the same time of modification. */
function stampOf(file) {
  const { ctimeMs = 0, size = 0 } = fs.statSync(path.join(ROOT, file), { throwIfNoEntry: false }) ?? {};
  return { ctimeMs, size };
}

async function build(program, bundle) {
  const start = Date.now();
  const { outputFiles, metafile } = await bundled(program);
  const stamps = [...SETTINGS, ...Object.keys(metafile.inputs)].map((file) => [file, stampOf(file)]);
  const code = `//${JSON.stringify(Object.fromEntries(stamps))}\n${outputFiles[0].text}`;
  // What was saved meanwhile may be in the bundle or not; a file's time lags behind the clock by some milliseconds.
  if (stamps.every(([, { ctimeMs }]) => ctimeMs < start - 50)) keep(code, bundle);
  return code;
}

function keep(code, bundle) {
  try {
    fs.mkdirSync(CACHE, { recursive: true });
    // A run beside this one sees the old bundle or the whole new one.
    fs.writeFileSync(`${bundle}.${process.pid}`, code);
    fs.renameSync(`${bundle}.${process.pid}`, bundle);
  } catch {
    // It runs all the same, and is made again the next time.
  }
}

async function bundled(program) {
  const { buildSync } = await import('esbuild');
  const output = { bundle: true, platform: 'node', target: 'node20', metafile: true, write: false };
  try {
    return buildSync({ absWorkingDir: ROOT, entryPoints: [program], ...output, logLevel: 'error' });
  } catch {
    // esbuild has said what is wrong with the program
    process.exit(1);
  }
}

// The program finds its arguments where they are without this.
const [program] = process.argv.splice(2, 1);
await run(program);
