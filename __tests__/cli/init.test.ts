import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { KINDS, TITLES, valuesFile } from '../../cli/kinds';
import { withOurs } from '../../cli/project-files';
import { readTree, REPOSITORY, runCli, temporaryFolder } from '../support/run-app';
import packageJson from '../../package.json';

interface Checked {
  readonly problems: { readonly file: string; readonly key?: string; readonly code: string }[];
  readonly warnings: unknown[];
}

const check = (cwd: string) => JSON.parse(runCli(['check', '--json'], { cwd }).stdout) as Checked;
const all = ['init', '--registry', ...KINDS];

test('prepares an empty folder, and changes nothing the second time', () => {
  const cwd = temporaryFolder();
  const first = runCli(all, { cwd });
  expect(first).toMatchObject({ status: 0, stderr: expect.stringMatching(/^Next: npm install; fill in/) as string });
  const files = readTree(cwd);
  expect(first.stdout.trim().split('\n').sort()).toEqual(Object.keys(files).sort());
  expect(Object.keys(files).sort()).toEqual(
    [
      ...['.gitignore', '.vscode/settings.json', 'cdk8s.yaml', 'package.json'],
      ...KINDS.map((kind) => `registries/${kind}.yaml`),
    ].sort(),
  );
  expect(JSON.parse(files['package.json'])).toMatchObject({
    scripts: { check: 'primehub-image-registries check', synth: 'primehub-image-registries synth' },
    dependencies: { 'primehub-image-registries': `^${packageJson.version}` },
  });

  // as git writes it on Windows
  fs.writeFileSync(path.join(cwd, 'cdk8s.yaml'), files['cdk8s.yaml'].replaceAll('\n', '\r\n'));
  const second = runCli(all, { cwd });
  expect(second.stderr).toContain('Kept: cdk8s.yaml\n');
  fs.writeFileSync(path.join(cwd, 'cdk8s.yaml'), files['cdk8s.yaml']);
  expect(second).toMatchObject({ status: 0, stdout: '' });
  expect(second.stderr.match(/^Kept: /gm)).toHaveLength(Object.keys(files).length);
  expect(readTree(cwd)).toEqual(files);
});

test('what it writes has placeholders, which check reports, and no other mistakes', () => {
  const cwd = temporaryFolder();
  runCli(all, { cwd });
  const { problems, warnings } = check(cwd);
  expect(problems.filter(({ code }) => code !== 'placeholder')).toEqual([]);
  expect([...new Set(problems.map(({ file }) => file))]).toEqual(
    [...KINDS].sort().map((kind) => `registries/${kind}.yaml`),
  );
  expect(warnings).toEqual([]);

  for (const kind of KINDS) {
    const file = path.join(cwd, `registries/${kind}.yaml`);
    fs.writeFileSync(
      file,
      fs.readFileSync(file, 'utf8').replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder]),
    );
  }
  expect(check(cwd)).toMatchObject({ problems: [], warnings: [] });
  expect(runCli(['synth'], { cwd })).toMatchObject({ status: 0 });
});

test('what a comment offers instead is right, and the page that it names exists', () => {
  const cwd = temporaryFolder();
  runCli(all, { cwd });
  for (const kind of KINDS) {
    const file = path.join(cwd, `registries/${kind}.yaml`);
    const text = fs.readFileSync(file, 'utf8').replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder]);
    const [, page] = /^# node_modules\/primehub-image-registries\/(.*)$/m.exec(text)!;
    expect(fs.existsSync(path.join(REPOSITORY, page))).toBe(true);
    const other = text.replace(/^(google|azure):\n( .*\n)+/m, '').replace(/^ {2}# (registry)/gm, '  $1');
    fs.writeFileSync(file, text.includes('instead of the') ? other : text);
  }
  expect(fs.readFileSync(path.join(cwd, 'registries/acr.yaml'), 'utf8')).toMatch(/^ {2}registryUsername: push$/m);
  expect(check(cwd)).toMatchObject({ problems: [], warnings: [] });
  const google = path.join(cwd, 'registries/google.yaml');
  runCli(['add', 'google', 'gke'], { cwd });
  const gke = path.join(cwd, 'registries/gke.yaml');
  const filled = fs.readFileSync(gke, 'utf8').replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder]);
  fs.writeFileSync(gke, filled.replace(/^.*workloadIdentityProvider.*\n/m, ''));
  fs.rmSync(google);
  expect(check(cwd)).toMatchObject({ problems: [], warnings: [] });
});

const FILLED: Record<string, string> = {
  '<number>': '123',
  '<pool>': 'pool-1',
  '<provider>': 'cluster-1',
  '<tenant id>': '6fa459ea-ee8a-4ca4-894e-db77e160355e',
  '<client id>': '16fd2706-8baf-433b-82eb-8c7fada847da',
  '<docker hub user>': 'acmebot',
  '<namespace>': 'acme',
  '<repository>': 'notebooks',
  '<region>': 'eu-west-1',
  '<project>': 'acme-images',
  '<image>': 'custom',
  '<account>': '210987654321',
  '<role>': 'image-push',
  '<registry>': 'acmeimages',
  '<token name>': 'push',
  '<host>': 'harbor.acme.dev:8443',
  '<user name>': 'robot$acme',
};

test('keeps what exists, and adds only what is missing', () => {
  const cwd = temporaryFolder();
  const put = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
    fs.writeFileSync(path.join(cwd, file), text);
  };
  const given = {
    name: 'ours',
    scripts: { check: 'our own', lint: 'x' },
    devDependencies: { 'primehub-image-registries': '0.0.1' },
  };
  put('package.json', JSON.stringify(given, null, '\t'));
  put('.gitignore', 'secrets\r\n*.log');
  put('.vscode/settings.json', '{ "editor.tabSize": 4 } // ours');
  put('cdk8s.yaml', 'app: ours\n');
  put('registries/dockerhub.yaml', '# ours\n');
  const run = runCli(['init', '--registry', 'dockerhub', 'ecr'], { cwd });
  expect(run.status).toBe(0);
  expect(run.stdout).toBe('registries/ecr.yaml\n.gitignore\npackage.json\n');
  expect(run.stderr).toContain(
    'Kept: cdk8s.yaml; `cdk8s synth` needs this in it:\n  language: typescript\n  app: node',
  );
  const after = readTree(cwd);
  const packageText = after['package.json'];
  expect(JSON.parse(packageText)).toEqual({
    ...given,
    scripts: {
      ...given.scripts,
      synth: 'primehub-image-registries synth',
      seal: 'primehub-image-registries seal',
      doctor: 'primehub-image-registries doctor',
    },
    devDependencies: { ...given.devDependencies, 'cdk8s-cli': packageJson.devDependencies['cdk8s-cli'] },
  });
  expect(packageText).toContain('\n\t"name"');
  expect(after['.gitignore']).toMatch(/^secrets\r\n\*\.log\r\nnode_modules\/\r\n/);
  expect(after['.gitignore']).not.toContain('secrets/');
  expect(after).toMatchObject({
    '.vscode/settings.json': '{ "editor.tabSize": 4 } // ours',
    'cdk8s.yaml': 'app: ours\n',
    'registries/dockerhub.yaml': '# ours\n',
  });
});

test.each([
  [
    'a file in the place of registries/',
    (cwd: string) => fs.writeFileSync(path.join(cwd, 'registries'), 'x'),
    'registries is a file',
  ],
  [
    'a link to nothing',
    (cwd: string) => fs.symlinkSync('nowhere', path.join(cwd, 'registries')),
    'registries is a link to nothing',
  ],
  [
    'a file in the place of .vscode/',
    (cwd: string) => fs.writeFileSync(path.join(cwd, '.vscode'), 'x'),
    '.vscode is a file',
  ],
  [
    'a folder package.json',
    (cwd: string) => fs.mkdirSync(path.join(cwd, 'package.json')),
    'package.json is not a file',
  ],
  ['a folder .gitignore', (cwd: string) => fs.mkdirSync(path.join(cwd, '.gitignore')), '.gitignore is not a file'],
  [
    'a .gitignore that links to nothing',
    (cwd: string) => fs.symlinkSync('no', path.join(cwd, '.gitignore')),
    '.gitignore is a link',
  ],
])('%s: nothing is written', (_, put, says) => {
  const cwd = temporaryFolder();
  put(cwd);
  const before = fs.readdirSync(cwd, { recursive: true });
  const { status, stdout, stderr } = runCli(all, { cwd });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining(`Nothing was written: ${says}`) as string,
  });
  expect(fs.readdirSync(cwd, { recursive: true })).toEqual(before);
});

test('a folder that is a link is followed', () => {
  const cwd = temporaryFolder();
  fs.mkdirSync(path.join(cwd, 'elsewhere'));
  fs.symlinkSync('elsewhere', path.join(cwd, 'registries'));
  expect(runCli(['add', 'ecr'], { cwd }).status).toBe(0);
  expect(readTree(cwd)).toHaveProperty(['elsewhere/ecr.yaml']);
});

test.each([
  ['tabs and line ends of Windows', '{\r\n\t"name": "x",\r\n\t"type": "module"\r\n}\r\n'],
  ['a byte order mark, and no line end at the end', '\ufeff{\n    "name": "x",\n    "scripts": { "a": "b" }\n}'],
  ['no object of ours', '{}\n'],
])('a package.json keeps its form: %s', (_, before) => {
  const { text } = withOurs(before) as { text: string };
  const form = (one: string) => ({
    mark: one.startsWith('\ufeff'),
    indent: /^([ \t]+)"/m.exec(one)?.[1] ?? '  ',
    ends: [...new Set(one.match(/\r?\n/g))],
    last: /\s*$/.exec(one)![0],
  });
  expect(form(text)).toEqual(form(before));
  const [given, after] = [before, text].map((one) => JSON.parse(one.replace(/^\ufeff/, '')) as Record<string, object>);
  expect(after).toMatchObject(given);
  // what was there comes first
  expect(Object.keys(after.scripts)).toEqual([...Object.keys(given.scripts ?? {}), 'check', 'synth', 'seal', 'doctor']);
  expect(withOurs(text)).toEqual({ changed: false, text });
});

test.each([
  ['package-lock.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
])('beside %s the next command is one of %s', (lock, manager) => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, lock), '');
  expect(runCli(['init', '--registry', 'ecr'], { cwd }).stderr).toMatch(
    new RegExp(`^Next: ${manager} install; .* then ${manager} run check$`, 'm'),
  );
  expect(runCli(['add', 'other'], { cwd }).stderr).toContain(`then ${manager} run check`);
});

test('the lock file of the git repository around the folder counts, and not one outside of it', () => {
  const top = temporaryFolder();
  const repository = path.join(top, 'repository');
  const cwd = path.join(repository, 'deploy/images');
  fs.mkdirSync(cwd, { recursive: true });
  fs.mkdirSync(path.join(repository, '.git'));
  fs.writeFileSync(path.join(top, 'yarn.lock'), '');
  expect(runCli(['init'], { cwd }).stderr).toContain('Next: npm install');
  fs.writeFileSync(path.join(repository, 'pnpm-lock.yaml'), '');
  expect(runCli(['init'], { cwd }).stderr).toContain('Next: pnpm install');
});

test.each([
  [{ scripts: { check: 'tsc' } }, 'npx primehub-image-registries check'],
  [{ scripts: { check: 'tsc && primehub-image-registries check' } }, 'npm run check'],
])('beside the package.json %j the next command is %s', (given, command) => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, 'package.json'), JSON.stringify(given));
  for (const args of [['init'], ['add', 'ecr']]) expect(runCli(args, { cwd }).stderr).toContain(`, then ${command}\n`);
});

test('in a workspace, what init and add write finds the package where npm and Yarn install it', () => {
  const root = temporaryFolder();
  const cwd = path.join(root, 'deploy/images');
  fs.mkdirSync(cwd, { recursive: true });
  fs.writeFileSync(path.join(root, 'package.json'), '{ "workspaces": ["deploy/*"] }');
  runCli(['init', '--registry', 'ecr'], { cwd });
  runCli(['add', 'ecr', '--folder', 'clusters/staging'], { cwd });
  const files = readTree(cwd);
  const ours = '../../node_modules/primehub-image-registries';
  const [schema, , page] = files['registries/ecr.yaml'].split('\n');
  expect(schema).toBe(`# yaml-language-server: $schema=../${ours}/values.schema.json`);
  expect(page).toBe(`# ${ours}/docs/ecr-identity.md`);
  expect(files['clusters/staging/ecr.yaml']).toContain(`$schema=../../${ours}/values.schema.json\n`);
  expect(files['cdk8s.yaml']).toContain(`\napp: node ${ours}/build/cli/index.js synth\n`);
  expect(JSON.parse(files['.vscode/settings.json'])).toEqual({
    'yaml.schemas': { [`${ours}/values.schema.json`]: 'registries/*.yaml' },
  });
});

test.each(['{', '[]', '{ "scripts": [] }'])('a package.json that is %s: nothing is written', (text) => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, 'package.json'), text);
  const { status, stderr } = runCli(all, { cwd });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^Nothing was written: package.json/) as string,
  });
  expect(readTree(cwd)).toEqual({ 'package.json': text });
});

test('without --registry and without a terminal it writes no values file, and says how to add one', () => {
  const cwd = temporaryFolder();
  const { status, stderr } = runCli(['init'], { cwd });
  expect(status).toBe(0);
  expect(stderr).toContain('npx primehub-image-registries add <kind>');
  expect(fs.existsSync(path.join(cwd, 'registries'))).toBe(false);
});

test('git add -A after a synth with every password stages none', () => {
  const cwd = temporaryFolder();
  runCli(['init', '--registry', 'dockerhub', 'other'], { cwd });
  fs.mkdirSync(path.join(cwd, 'secrets'));
  fs.writeFileSync(path.join(cwd, 'secrets/password'), 'only-in-the-test');
  for (const kind of ['dockerhub', 'other']) {
    const file = path.join(cwd, `registries/${kind}.yaml`);
    const filled = fs.readFileSync(file, 'utf8').replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder]);
    fs.writeFileSync(file, filled.replace('env: OTHER_PASSWORD', 'file: ../secrets/password'));
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });
  git('init', '--quiet');
  const run = runCli(['synth'], { cwd, env: { DOCKERHUB_TOKEN: 'dckr_pat_only-in-the-test' } });
  expect(run).toMatchObject({ status: 0, stderr: expect.not.stringContaining('Warning') as string });
  expect(Object.keys(readTree(path.join(cwd, 'dist')))).toEqual(
    expect.arrayContaining(['dockerhub-push-secret.k8s.yaml', 'other-push-secret.k8s.yaml']),
  );
  git('add', '-A');
  const staged = git('ls-files').split('\n');
  expect(staged).toContain('dist/dockerhub.k8s.yaml');
  expect(staged.filter((file) => /push-secret|^secrets/.test(file))).toEqual([]);
  expect(git('grep', '--cached', '-I', '-h', '').match(/only-in-the-test|b25seS1pbi10aGUtdGVzd/)).toBeNull();
});

test('add writes a new file, also into another folder, and never overwrites one', () => {
  const cwd = temporaryFolder();
  expect(runCli(['add', 'other', 'harbor'], { cwd })).toMatchObject({ status: 0, stdout: 'registries/harbor.yaml\n' });
  const before = readTree(cwd);
  expect(before['registries/harbor.yaml']).toContain('{ env: HARBOR_PASSWORD }');
  expect(runCli(['add', 'other', 'harbor'], { cwd })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('registries/harbor.yaml already exists') as string,
  });
  expect(readTree(cwd)).toEqual(before);
  expect(runCli(['add', 'ecr', 'ecr.yaml', '--folder', 'clusters/staging'], { cwd })).toMatchObject({
    status: 0,
    stdout: 'clusters/staging/ecr.yaml\n',
    stderr: expect.stringMatching(/, then npx primehub-image-registries check clusters\/staging\n$/) as string,
  });
  expect(readTree(cwd)['clusters/staging/ecr.yaml']).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/\.\.\/node_modules\//,
  );
});

test('add into a folder that cannot be reached says why', () => {
  const cwd = temporaryFolder();
  fs.symlinkSync('loop', path.join(cwd, 'loop'));
  expect(runCli(['add', 'ecr', '--folder', 'loop/inside'], { cwd })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'Nothing was written: loop is a link to nothing\n',
  });
});

test('the variable of a file whose name begins with a digit begins with none', () => {
  expect(valuesFile('other', '2nd-harbor', 'registries')).toContain('{ env: REGISTRY_2ND_HARBOR_PASSWORD }');
});

test.each([
  [['add', 'ecr', '--folder', ''], 'check the variable that it comes from'],
  [['add', 'ecr', '--folder', '-x'], 'check the variable'],
  [['add', 'quay'], 'Allowed choices are dockerhub, google, ecr, acr, other'],
  [['add', 'other', 'Harbor'], 'lower-case letters'],
  [['init', '--registry', 'quay'], 'Allowed choices are dockerhub'],
])('%j: the usage', (args, message) => {
  const cwd = temporaryFolder();
  const { status, stderr } = runCli(args, { cwd });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage: primehub-image-registries');
  expect(readTree(cwd)).toEqual({});
});

test('each kind has a title for the menu', () => {
  expect(Object.keys(TITLES)).toEqual([...KINDS]);
});
