#!/usr/bin/env node
import * as module from 'module';

// What users start: the bundle, from V8's code cache if Node keeps one (22.1 and later). Without it, half of the time
// of a small synth goes to compiling.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
// eslint-disable-next-line @typescript-eslint/no-require-imports
require('./command.js');
