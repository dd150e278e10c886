#!/usr/bin/env node
import * as fs from 'fs';
import { wrap } from 'module';
import * as path from 'path';
import * as vm from 'vm';

// The program that users start. It runs the bundle beside it from V8's code cache. Without the cache, compiling takes
// half of the time of a small synth. Node's own compile cache exists only since 22, and would be in a folder that all
// users share.

const bundle = path.join(__dirname, 'command.js');
const { mtimeMs, size } = fs.statSync(bundle);
const cache = path.join(__dirname, `.cache-${process.version}-${process.arch}-${size}-${Math.floor(mtimeMs)}`);

const script = new vm.Script(wrap(fs.readFileSync(bundle, 'latin1')), {
  filename: bundle,
  cachedData: read(cache),
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
// All output is written by then. Node would only clear its memory, which takes time.
process.once('beforeExit', () => process.exit());
// Write the cache after synth, which runs most often, as the cache contains the code that has run.
if (script.cachedDataRejected !== false && process.argv[2] === 'synth') process.once('exit', write);
(script.runInThisContext() as (...args: unknown[]) => void)(exports, require, module, bundle, __dirname);

function read(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Users who cannot write here have no cache. */
function write(): void {
  const temporary = `${cache}-${process.pid}`;
  try {
    fs.writeFileSync(temporary, script.createCachedData());
    fs.renameSync(temporary, cache);
  } catch {
    // Yarn can run the package from a zip file, in which removing anything is an error.
    if (fs.existsSync(temporary)) fs.rmSync(temporary);
  }
}
