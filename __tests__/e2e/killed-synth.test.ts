import { spawnSync } from 'child_process';
import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { OutputFolder } from '../../synth/output-folder';
import { program, readTree, runApp } from '../support/run-app';
import { dockerHub, writeValues } from '../values/support/values-folder';
import { requireTools } from './support/tools';

// strace kills a synth at a rename, or simulates a full disk.

jest.setTimeout(60_000);

beforeAll(() => requireTools('strace'));

function synthUnder(inject: string, folder: string, out: string) {
  const args = ['-f', '-qq', '-o', '/dev/null', '-e', inject, process.execPath, program('main.ts'), folder];
  return spawnSync('strace', args, { env: { ...process.env, CDK8S_OUTDIR: out }, encoding: 'utf8' });
}

test('a full disk is reported as such', () => {
  const folder = writeValues(dockerHub());
  const { stderr } = synthUnder('inject=mkdir,mkdirat:error=ENOSPC', folder, join(folder, 'dist'));
  expect(stderr).toContain('Nothing was written: the disk or your quota is full (ENOSPC): ');
});

test.each([1, 2])('after a kill at rename %i, the next run restores the folder', (when) => {
  const folder = writeValues({ 'dockerhub.yaml': dockerHub() });
  const out = join(folder, 'dist');
  expect(runApp([folder], { CDK8S_OUTDIR: out }).status).toBe(0);
  const before = readTree(out);

  const killed = synthUnder(`inject=rename,renameat,renameat2:signal=KILL:when=${when}`, folder, out);

  expect(killed.signal ?? killed.status).toBe('SIGKILL');
  writeFileSync(join(folder, 'wrong.yaml'), 'customImage: [\n');
  new OutputFolder(out).recover();
  expect(readTree(out)).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual(['dist', 'dockerhub.yaml', 'wrong.yaml']);
});
