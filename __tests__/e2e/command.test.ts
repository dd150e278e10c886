import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTree } from '../support/run-app';
import { ControlPlane } from './support/control-plane';
import { removeFolder, temporaryFolder } from './support/process';
import { pack, succeed } from './support/tarball';
import { requireTools } from './support/tools';

// The command as users get it: from the packed tarball, in a folder without this repository.

jest.setTimeout(300_000);

const TOKEN = { DOCKERHUB_TOKEN: 'dckr_pat_only-in-the-test' };
const QUIET = ['--no-audit', '--no-fund', '--ignore-scripts'];
const FILLED: Record<string, string> = {
  '<docker hub user>': 'acmebot',
  '<namespace>': 'acme',
  '<repository>': 'notebooks',
  '<account>': '210987654321',
  '<region>': 'eu-west-1',
  '<role>': 'image-push',
};

let folder: string;
let user: string;
let tarball: string;

beforeAll(async () => {
  requireTools('kubectl', 'tar', 'helm');
  folder = temporaryFolder('command');
  user = join(folder, 'user');
  for (const name of ['user', 'older', 'newer']) mkdirSync(join(folder, name));
  tarball = await pack(join(folder, 'older'));
  await succeed(user, [
    'npx',
    '--yes',
    '--package',
    tarball,
    'primehub-image-registries',
    'init',
    '--registry',
    'dockerhub',
    'ecr',
  ]);
  await succeed(user, ['npm', 'install', ...QUIET, tarball]);
  for (const kind of ['dockerhub', 'ecr']) {
    const file = join(user, `registries/${kind}.yaml`);
    const text = readFileSync(file, 'utf8').replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder]);
    writeFileSync(file, text);
  }
});
afterAll(() => removeFolder(folder));

/** The user's files, without those that npm wrote. */
function files(): Record<string, string> {
  const all = Object.entries(readTree(user)).filter(([file]) => !/^node_modules\/|^package(-lock)?\.json$/.test(file));
  return Object.fromEntries(all);
}

test('init, filled in, check, synth, kubectl apply', async () => {
  const plane = await ControlPlane.start();
  try {
    await plane.createNamespace('hub');
    expect(await succeed(user, ['npm', 'run', '--silent', 'check'])).toContain('Checked: 2 values files, no problems.');
    await succeed(user, ['npm', 'run', '--silent', 'synth'], TOKEN);
    await plane.kubectl(['apply', '-f', 'dist/'], { cwd: user });
    const secret = await plane.kubectl([
      'get',
      'secret',
      'dockerhub-push-secret',
      '-n',
      'hub',
      '-o',
      'jsonpath={.type}',
    ]);
    expect(secret).toBe('kubernetes.io/dockerconfigjson');
    expect(await plane.kubectl(['get', 'cronjob', 'ecr-token', '-n', 'hub', '-o', 'name'])).toContain('ecr-token');
    expect(await succeed(user, ['npm', 'run', '--silent', 'check', '--', '--frozen'])).toContain('no problems');
  } finally {
    await plane.stop();
  }
});

test('npx cdk8s synth writes the same bytes', async () => {
  await succeed(user, ['npx', 'primehub-image-registries', 'synth'], TOKEN);
  const before = files();
  await succeed(user, ['npx', 'cdk8s', 'synth', '--check-upgrade', 'false'], TOKEN);
  expect(files()).toEqual(before);
});

test('in a workspace, npx cdk8s synth runs the package that is installed in the root', async () => {
  const root = join(folder, 'workspaces');
  const cwd = join(root, 'deploy/images');
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module", "workspaces": ["deploy/*"] }');
  symlinkSync(join(user, 'node_modules'), join(root, 'node_modules'));
  await succeed(cwd, ['npx', 'primehub-image-registries', 'init']);
  cpSync(join(user, 'registries'), join(cwd, 'registries'), { recursive: true });
  await succeed(cwd, ['npx', 'cdk8s', 'synth', '--check-upgrade', 'false'], TOKEN);
  expect(readTree(join(cwd, 'dist'))).toEqual(readTree(join(user, 'dist')));
});

describe.each([20, 22, 24])('on Node %i', (major) => {
  let node: string;
  beforeAll(async () => {
    const home = join(folder, `node-${major}`);
    mkdirSync(home);
    const name = `node-${process.platform}-${process.arch}`;
    await succeed(home, ['npm', 'install', ...QUIET, '--prefix', home, `${name}@${major}`]);
    node = join(home, 'node_modules', name, 'bin/node');
    expect(await succeed(home, [node, '--version'])).toMatch(`v${major}.`);
  });

  test('the command writes the same bytes in two runs, as the second one may use a cache', async () => {
    await succeed(user, ['npx', 'primehub-image-registries', 'synth'], TOKEN);
    const expected = readTree(join(user, 'dist'));
    for (const run of ['first', 'second']) {
      const out = join(folder, `${run}-${major}`);
      const command = join(user, 'node_modules/primehub-image-registries/build/cli/index.js');
      await succeed(user, [node, command, 'synth', '--out', out], TOKEN);
      expect(readTree(out)).toEqual(expected);
    }
  });

  test('init, add, check and --help', async () => {
    const cwd = join(folder, `init-${major}`);
    mkdirSync(cwd);
    const run = (...args: string[]): Promise<string> =>
      succeed(cwd, [node, join(user, 'node_modules/primehub-image-registries/build/cli/index.js'), ...args]);
    expect(await run('init', '--registry', 'acr')).toContain('Next: npm install');
    expect(await run('add', 'other', 'harbor')).toContain('registries/harbor.yaml');
    expect(await run('check', join(user, 'registries'))).toContain('Checked: 2 values files, no problems.');
    expect(await run('--help')).toContain('doctor [options] [folder]');
  });

  test('the library synthesizes', async () => {
    cpSync(join(__dirname, 'package/app.mjs'), join(user, 'node_modules/app.mjs'));
    expect(await succeed(user, [node, 'node_modules/app.mjs'])).toContain('pushSecretName: "ecr-push-secret"');
  });
});

test('a newer version with another default image changes only dist/', async () => {
  await succeed(user, ['npx', 'primehub-image-registries', 'synth'], TOKEN);
  const before = files();
  await succeed(join(folder, 'newer'), ['tar', 'xzf', tarball]);
  const newer = join(folder, 'newer/package');
  const replace = (file: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(newer, file), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(newer, file), text.replace(from, to));
  };
  replace('build/cli/command.js', /registry\.k8s\.io\/kubectl:v[0-9.]+/, 'registry.k8s.io/kubectl:v1.99.0');
  replace('package.json', /"version": "[0-9.]+"/, '"version": "0.1.99"');
  // the tarball is built already
  await succeed(newer, ['npm', 'pack', '--ignore-scripts', '--pack-destination', join(folder, 'newer')]);
  await succeed(user, ['npm', 'install', ...QUIET, join(folder, 'newer/primehub-image-registries-0.1.99.tgz')]);
  await succeed(user, ['npx', 'primehub-image-registries', 'synth'], TOKEN);
  const after = files();
  const changed = Object.keys({ ...before, ...after }).filter((file) => before[file] !== after[file]);
  expect(changed).toEqual(['dist/ecr.k8s.yaml']);
  const lines = (text: string) => text.split('\n').filter((line) => !line.includes('kubectl:v'));
  // the name of the first Job depends on its pod
  const stable = (text: string) => lines(text).map((line) => line.replace(/ecr-token-[0-9a-f]{4,}/g, 'ecr-token-HASH'));
  expect(stable(after['dist/ecr.k8s.yaml'])).toEqual(stable(before['dist/ecr.k8s.yaml']));
});
