import { spawnSync } from 'child_process';
import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';
import { buildCommand } from '../../scripts/build-command';
import { temporaryFolder } from '../support/run-app';
import packageJson from '../../package.json';

test('the built command needs Node alone, and brings the licence of every package that is in it', () => {
  const folder = temporaryFolder();
  buildCommand(folder);
  const run = spawnSync(process.execPath, [path.join(folder, 'index.js'), '--version'], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
  const bundle = fs.readFileSync(path.join(folder, 'command.js'), 'utf8');
  const required = [...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name.replace(/^node:/, ''));
  expect(required.length).toBeGreaterThan(5);
  expect([...new Set(required)].filter((name) => !builtinModules.includes(name))).toEqual([]);

  const licences = fs.readFileSync(path.join(folder, 'LICENSES.txt'), 'utf8');
  const named = [...licences.matchAll(/^(\S+) [0-9]\S+ \((.+)\)$/gm)].map(([, name]) => name);
  const known = [
    'cdk8s',
    'cdk8s-plus-27',
    'constructs',
    'yaml',
    'zod',
    'commander',
    '@clack/prompts',
    'undici',
    'minimatch',
  ];
  expect(named).toEqual(expect.arrayContaining(known));
  expect(licences.match(/Apache License/g)!.length).toBeGreaterThanOrEqual(3);
});
