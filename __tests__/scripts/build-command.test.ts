import { spawnSync } from 'child_process';
import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';
import { buildCommand } from '../../scripts/build-command';
import { readTree, temporaryFolder } from '../support/run-app';
import { dockerHub, writeValues } from '../values/support/values-folder';
import packageJson from '../../package.json';

const folder = temporaryFolder();
beforeAll(() => buildCommand(folder));

test('the code cache that the first synth leaves is used, and one that is broken is made anew', () => {
  const cwd = path.dirname(writeValues(dockerHub()));
  const synth = () => spawnSync(process.execPath, [path.join(folder, 'index.js'), 'synth'], { cwd, encoding: 'utf8' });
  const caches = () => fs.readdirSync(folder).filter((file) => file.startsWith('.cache-'));
  expect(caches()).toEqual([]);
  expect(synth().status).toBe(0);
  const dist = readTree(path.join(cwd, 'dist'));
  const [cache, ...others] = caches();
  expect(others).toEqual([]);
  const file = path.join(folder, cache);
  const written = fs.statSync(file, { bigint: true });
  expect(synth().status).toBe(0);
  expect(fs.statSync(file, { bigint: true })).toMatchObject({ ino: written.ino, mtimeNs: written.mtimeNs });

  fs.writeFileSync(file, 'broken');
  expect(synth()).toMatchObject({ status: 0, stderr: expect.stringContaining('Wrote: dist/') as string });
  expect(readTree(path.join(cwd, 'dist'))).toEqual(dist);
  expect(fs.statSync(file).size).toBeGreaterThan(100_000);
  expect(caches()).toEqual([cache]);
});

test('without a place for the cache it says nothing: Yarn can run the package from a zip file', () => {
  const cwd = path.dirname(writeValues(dockerHub()));
  const zip = path.join(cwd, 'zip.cjs');
  fs.writeFileSync(
    zip,
    `const fs = require('fs');
     for (const name of ['writeFileSync', 'renameSync', 'rmSync']) {
       const real = fs[name];
       fs[name] = (file, ...more) => {
         if (String(file).startsWith(${JSON.stringify(folder)})) throw new Error('EROFS: ' + name);
         return real(file, ...more);
       };
     }`,
  );
  for (const file of fs.readdirSync(folder)) if (file.startsWith('.cache-')) fs.rmSync(path.join(folder, file));
  const run = spawnSync(process.execPath, ['--require', zip, path.join(folder, 'index.js'), 'synth'], {
    cwd,
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: expect.not.stringContaining('EROFS') as string });
  expect(run.stderr).toContain('Wrote: dist/');
});

test('the built command, in which slow code of cdk8s is replaced, writes what is in dist/', () => {
  const cwd = temporaryFolder();
  fs.cpSync('registries', path.join(cwd, 'registries'), { recursive: true });
  const env = { PATH: process.env.PATH };
  const run = spawnSync(process.execPath, [path.join(folder, 'index.js'), 'synth'], { cwd, env, encoding: 'utf8' });
  expect(run.status).toBe(0);
  expect(readTree(path.join(cwd, 'dist'))).toEqual(readTree('dist'));
});

test('each of 1,000 registries gets the same bytes as alone', () => {
  const ecr = fs.readFileSync('registries/ecr.yaml', 'utf8');
  const values = (i: number) => ({
    [`ecr-${i}.yaml`]: ecr.replaceAll('123456789012', `${100000000000 + i}`).replace('aws-registry', `aws-${i}`),
  });
  const synth = (files: Record<string, string>) => {
    const cwd = path.dirname(writeValues(files));
    const run = spawnSync(process.execPath, [path.join(folder, 'index.js'), 'synth'], { cwd, encoding: 'utf8' });
    expect(run.status).toBe(0);
    return path.join(cwd, 'dist');
  };
  const all = Array.from({ length: 1000 }, (_, i) => Object.entries(values(i)));
  const together = synth(Object.fromEntries(all.flat()));
  for (const i of [0, 500, 999]) {
    for (const [file, content] of Object.entries(readTree(synth(values(i)))))
      expect(fs.readFileSync(path.join(together, file), 'utf8')).toBe(content);
  }
});

test('the built command needs Node alone, and brings the licence of every package that is in it', () => {
  const run = spawnSync(process.execPath, [path.join(folder, 'index.js'), '--version'], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
  const bundle = fs.readFileSync(path.join(folder, 'command.js'), 'utf8');
  // cli/start.ts reads it as Latin-1; esbuild escapes what is not ASCII, but not in regular expressions
  expect(bundle.match(/[^\x00-\x7f].{0,40}/g)).toBeNull();
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
