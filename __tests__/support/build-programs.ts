import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { buildSync } from 'esbuild';

const ROOT = path.join(__dirname, '../..');

/**
 * Bundles the programs that many tests start, once for all tests, as a start from the sources takes four times as long.
 * synth/app.test.ts tests the start from the sources.
 */
export default function buildPrograms(): void {
  // once, also if all projects run together
  if (process.env.PROGRAMS !== undefined) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'programs-'));
  const entryPoints = ['main.ts', 'cli/index.ts'];
  const output = { bundle: true, platform: 'node', target: 'node20', outdir: folder, outbase: '.' } as const;
  buildSync({ absWorkingDir: ROOT, entryPoints, logLevel: 'error', ...output });
  process.env.PROGRAMS = folder;
}
