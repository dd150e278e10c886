import { spawn, spawnSync } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as path from 'path';
import { program, readTree, runCli, temporaryFolder } from '../support/run-app';
import { dockerHub, writeValues } from '../values/support/values-folder';
import packageJson from '../../package.json';

const fromVariable = dockerHub({
  registryPassword: undefined,
  registryPasswordFrom: '{ env: CHECK_TEST_TOKEN }',
  registryUsername: 'acmebot',
  pushRepo: 'docker.io/acme/notebooks',
});

test('it writes nothing, and reports a missing password', () => {
  const folder = writeValues({ 'a.yaml': fromVariable, 'b.yaml': dockerHub({ enabled: 'false' }) });
  const cwd = path.dirname(folder);
  const before = readTree(cwd);
  const { status, stdout, stderr } = runCli(['check'], { cwd });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(
    /^Note: registries\/b\.yaml: .*\nNote: registries\/a\.yaml: .* CHECK_TEST_TOKEN .*\nChecked: 2 values files, .*\n$/,
  );
  for (const run of [
    runCli(['check', '--require-passwords'], { cwd }),
    runCli(['check'], { cwd, env: { REQUIRE_PASSWORDS: '1' } }),
  ]) {
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('registries/a.yaml:5:25  customImage.registryPasswordFrom');
  }
  expect(readTree(cwd)).toEqual(before);
});

test('several folders make one report', () => {
  const cwd = temporaryFolder();
  for (const [folder, text] of [
    ['production', fromVariable],
    ['staging', 'customImage: [\n'],
  ]) {
    fs.mkdirSync(path.join(cwd, folder));
    fs.writeFileSync(path.join(cwd, folder, 'a.yaml'), text);
  }
  const { status, stderr } = runCli(['check', 'production', 'staging', 'nowhere'], { cwd });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^2 problems:\nnowhere\n.*\nstaging\/a\.yaml:1:14\n/);
  // each once, however it is written
  expect(runCli(['check', 'production', './production/'], { cwd }).stderr).toContain('Checked: 1 values file,');
});

test('--json is one object on stdout', () => {
  const folder = writeValues({ 'a.yaml': fromVariable, 'b.yaml': dockerHub({ pushRepo: '<namespace>/x' }) });
  const { status, stdout, stderr } = runCli(['check', '--json'], { cwd: path.dirname(folder) });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    files: 2,
    problems: [{ file: 'registries/b.yaml', line: 5, key: 'customImage.pushRepo', code: 'placeholder' }],
    missingPasswords: [{ file: 'registries/a.yaml', name: 'a' }],
  });
});

test.each([[['check', '--json']], [['synth']], [['--help']]])(
  '%j: a reader of the output that ends early changes nothing',
  async (args) => {
    const cwd = path.dirname(writeValues({ 'a.yaml': fromVariable }));
    const child = spawn(process.execPath, [program('cli/index.ts'), ...args], { cwd });
    child.stdout.destroy();
    let stderr = '';
    if (args[0] === 'synth') child.stderr.destroy();
    else child.stderr.on('data', (text) => (stderr += String(text)));
    const [status] = (await once(child, 'close')) as [number];
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

test('output that cannot be written is an error', () => {
  const folder = writeValues({ 'a.yaml': fromVariable });
  const readOnly = fs.openSync(path.join(folder, 'a.yaml'), 'r');
  const { status, stderr } = spawnSync(process.execPath, [program('cli/index.ts'), 'check', '--json'], {
    cwd: path.dirname(folder),
    encoding: 'utf8',
    stdio: ['ignore', readOnly, 'pipe'],
  });
  fs.closeSync(readOnly);
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'The output could not be written: EBADF\n' });
});

describe('--frozen', () => {
  const setup = () => {
    const cwd = path.dirname(writeValues({ 'a.yaml': fromVariable, 'b.yaml': fromVariable }));
    expect(runCli(['synth'], { cwd, env: { CHECK_TEST_TOKEN: 'x' } }).status).toBe(0);
    return cwd;
  };

  test('what synth wrote passes, with and without the plaintext push Secrets, and with line ends of Windows', () => {
    const cwd = setup();
    expect(runCli(['check', '--frozen'], { cwd }).status).toBe(0);
    fs.rmSync(path.join(cwd, 'dist/a-push-secret.k8s.yaml'));
    const file = path.join(cwd, 'dist/a.k8s.yaml');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    expect(runCli(['check', '--frozen'], { cwd }).status).toBe(0);
  });

  test('names the files that differ, and does not change them', () => {
    const cwd = setup();
    fs.appendFileSync(path.join(cwd, 'dist/a.k8s.yaml'), '# edited\n');
    fs.rmSync(path.join(cwd, 'dist/helm/a.values.yaml'));
    fs.rmSync(path.join(cwd, 'registries/b.yaml'));
    const before = readTree(path.join(cwd, 'dist'));
    const { status, stderr } = runCli(['check', '--frozen'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'dist/ differs from what synth would write:\n' +
        '  a.k8s.yaml is different\n  helm/a.values.yaml is missing\n' +
        ['b-push-secret.k8s.yaml', 'b.k8s.yaml', 'helm/b.values.yaml']
          .map((f) => `  ${f} has no values file\n`)
          .join(''),
    );
    expect(stderr).not.toContain('no problems');
    expect(readTree(path.join(cwd, 'dist'))).toEqual(before);
    expect(JSON.parse(runCli(['check', '--frozen', '--json'], { cwd }).stdout)).toMatchObject({
      ok: false,
      frozen: { folder: 'dist', different: expect.arrayContaining(['a.k8s.yaml is different']) as string[] },
    });
  });

  test.each<[string, (dist: string) => void, string]>([
    [
      'a file in the place of the folder',
      (dist) => {
        fs.rmSync(dist, { recursive: true });
        fs.writeFileSync(dist, '');
      },
      'dist is not a folder.',
    ],
    [
      'a link to nothing',
      (dist) => {
        fs.rmSync(dist, { recursive: true });
        fs.symlinkSync('nothing', dist);
      },
      'dist is a link to nothing.',
    ],
    [
      'a link to itself',
      (dist) => {
        fs.rmSync(dist, { recursive: true });
        fs.symlinkSync('dist/inside', dist);
      },
      'dist is a link to nothing.',
    ],
    [
      'a folder in the place of a file',
      (dist) => {
        fs.rmSync(path.join(dist, 'a.k8s.yaml'));
        fs.mkdirSync(path.join(dist, 'a.k8s.yaml'));
      },
      'a.k8s.yaml cannot be read (EISDIR)',
    ],
  ])('%s is a difference, also with --json', (_, change, difference) => {
    const cwd = setup();
    change(path.join(cwd, 'dist'));
    const { status, stderr } = runCli(['check', '--frozen'], { cwd });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`  ${difference}\n`) as string });
    const json = runCli(['check', '--frozen', '--json'], { cwd });
    expect(json).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, frozen: { folder: 'dist', different: [difference] } });
  });

  test('another folder needs --out', () => {
    const cwd = setup();
    fs.renameSync(path.join(cwd, 'registries'), path.join(cwd, 'staging'));
    expect(runCli(['check', 'staging', '--frozen'], { cwd })).toMatchObject({ status: 2 });
    // each file names the folder that it comes from
    expect(runCli(['check', 'staging', '--frozen', '--out', 'dist'], { cwd })).toMatchObject({ status: 1 });
    expect(runCli(['synth', 'staging', '--out', 'dist'], { cwd }).status).toBe(0);
    expect(runCli(['check', 'staging', '--frozen', '--out', 'dist'], { cwd })).toMatchObject({ status: 0 });
    expect(runCli(['check', 'staging', 'other', '--frozen'], { cwd })).toMatchObject({ status: 2 });
  });
});

describe('values that look like somebody else’s example', () => {
  const warnings = (change: Record<string, string | undefined>) => {
    const folder = writeValues(
      dockerHub({ registryUsername: 'acmebot', pushRepo: 'docker.io/acme/notebooks', ...change }),
    );
    const { status, stdout } = runCli(['check', '--json'], { cwd: path.dirname(folder) });
    const found = JSON.parse(stdout) as { warnings: { key: string; code: string; message: string }[] };
    return {
      status,
      found: found.warnings.filter(({ message }) => /placeholder|example/.test(message)).map(({ key }) => key),
    };
  };

  test.each([
    ['registryUsername', 'YOUR_USERNAME'],
    ['registryUsername', 'your-user-name'],
    ['registryUsername', 'CHANGEME'],
    ['registryUsername', 'change_me'],
    ['registryUsername', 'my-user'],
    ['registryUsername', 'xxx'],
    ['registryUsername', 'exampleteam'],
    ['registryPassword', 'CHANGEME'],
    ['pushRepo', 'docker.io/your-org/notebooks'],
    ['pushRepo', 'docker.io/exampleteam/notebooks'],
    ['pushRepo', 'docker.io/yourorg/notebooks'],
    ['registryUsername', '"[username]"'],
    ['registryUsername', '"bob@example.com"'],
    ['registryPassword', 'ghp_xxxxxxxxxxxx'],
  ])('%s: %s is a warning', (key, value) => {
    expect(warnings({ [key]: value })).toEqual({ status: 0, found: [`customImage.${key}`] });
  });

  test.each([
    ['registryUsername', 'yourtownhall'],
    ['registryUsername', 'examples'],
    ['registryUsername', 'exchange-media'],
    ['registryPassword', 'CHANGEME-not-really'],
    ['pushRepo', 'docker.io/acme/my-notebooks'],
    ['pushRepo', 'docker.io/acme/your-first-model'],
  ])('%s: %s is none', (key, value) => {
    expect(warnings({ [key]: value })).toEqual({ status: 0, found: [] });
  });

  test('an example account and an example host', () => {
    const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
    const cwd = path.dirname(
      writeValues({
        'ecr.yaml': `aws: { account: '123456789012', region: eu-west-1 }\ncustomImage: { registryEndpoint: 'https://${host}', pushRepo: ${host}/x }\n`,
        'harbor.yaml': dockerHub({
          registryEndpoint: 'https://harbor.example.com',
          pushRepo: 'harbor.example.com/acme/x',
          registryUsername: 'acmebot',
        }),
      }),
    );
    const { warnings: found } = JSON.parse(runCli(['check', '--json'], { cwd }).stdout) as {
      warnings: { file: string; key: string }[];
    };
    expect(found.map(({ file, key }) => `${path.basename(file)} ${key}`)).toEqual([
      'ecr.yaml aws.account',
      'ecr.yaml customImage.registryEndpoint',
      'ecr.yaml customImage.pushRepo',
      'harbor.yaml customImage.registryEndpoint',
      'harbor.yaml customImage.pushRepo',
    ]);
    expect(runCli(['synth'], { cwd }).stderr).not.toContain('example');
  });
});

test.each([['synth'], ['check', '--frozen'], ['doctor']])(
  '%s with a name that is an empty variable is a mistake',
  (...args) => {
    const cwd = path.dirname(writeValues({ 'a.yaml': fromVariable }));
    for (const [more, name] of [
      [[''], 'the name of the folder'],
      [['--out', ''], '--out'],
      ...(args[0] === 'doctor' ? [[['--context', ''], '--context'] as const] : []),
    ] as const) {
      const { status, stderr } = runCli([...args, ...more], { cwd });
      expect(status).toBe(2);
      expect(stderr).toContain(`${name} is empty: check the variable that it comes from`);
    }
    expect(Object.keys(readTree(cwd))).toEqual(['registries/a.yaml']);
  },
);

test.each([
  ['--out', 'synth', '--out', '--require-passwords'],
  ['--out', 'check', '--frozen', '--out', '--json'],
  ['--context', 'doctor', '--context', '--json'],
  ['--cert', 'seal', 'registries/a.yaml', '--cert', '--scope=strict'],
])('an empty variable after %s: %s %s %s', (option, ...args) => {
  const cwd = path.dirname(writeValues({ 'a.yaml': fromVariable }));
  const { status, stdout, stderr } = runCli(args, { cwd });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^error: ${option} has no value, as the next argument begins with "-"`));
  expect(Object.keys(readTree(cwd))).toEqual(['registries/a.yaml']);
});

test('doctor --json is one object on stdout when a values file is wrong, too', () => {
  const cwd = path.dirname(writeValues('customImage: [\n'));
  const { status, stdout, stderr } = runCli(['doctor', '--json'], { cwd });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, lines: [], problems: [{ file: 'registries/dockerhub.yaml' }] });
});

test('--help, --version, and an unknown command', () => {
  const help = runCli(['--help']);
  expect(help).toMatchObject({ status: 0, stderr: '' });
  for (const command of ['init', 'add', 'check', 'synth', 'seal', 'doctor']) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(runCli([command, '--help'])).toMatchObject({ status: 0, stderr: '' });
  }
  expect(runCli(['--version'])).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  for (const args of [[], ['chek'], ['--chek']]) {
    const { status, stdout, stderr } = runCli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: primehub-image-registries');
  }
});
