import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { REPOSITORY, readTree, runApp, temporaryFolder } from '../support/run-app';
import { dockerHub, writeValues } from '../values/support/values-folder';

const source = (from: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: from });

/** A folder of values files that these tests share, and an output folder for each. */
function run(folder: string, args: string[] = [], env: Record<string, string> = {}) {
  const out = path.join(folder, 'dist');
  const result = runApp([folder, ...args], { CDK8S_OUTDIR: out, ...env });
  expect(result.stdout).toBe('');
  return { status: result.status, said: result.stderr.replaceAll(`${folder}/`, ''), out };
}

test('synth, then without the password, then with a mistake', () => {
  const folder = writeValues(source('{ env: APP_TEST_TOKEN }'));
  const first = run(folder, [], { APP_TEST_TOKEN: 'secret' });
  expect(first.status).toBe(0);
  expect(first.said).toMatch(/^Wrote: dist\/ for dockerhub and its push Secret\nNext: .*\nIf PrimeHub .*\n$/);
  expect(Object.keys(readTree(first.out))).toContain('dockerhub-push-secret.k8s.yaml');

  const second = run(folder);
  expect(second.status).toBe(0);
  expect(second.said).toMatch(
    /^Note: dockerhub\.yaml: .* APP_TEST_TOKEN .* dockerhub-push-secret\.k8s\.yaml .* removed\.\n/,
  );
  expect(Object.keys(readTree(second.out))).toEqual([
    '.gitignore',
    '.sourceignore',
    'dockerhub.k8s.yaml',
    'helm/dockerhub.values.yaml',
  ]);

  const before = snapshot(second.out);
  fs.writeFileSync(path.join(folder, 'wrong.yaml'), 'customImage: [\n');
  const third = run(folder);
  expect(third.status).toBe(1);
  expect(third.said).toMatch(/^1 problem, .*\nwrong\.yaml:1:14\n.*\n$/);
  expect(snapshot(second.out)).toEqual(before);
});

function snapshot(folder: string) {
  return Object.entries(readTree(folder)).map(([file, content]) => [
    file,
    content,
    fs.statSync(path.join(folder, file), { bigint: true }).mtimeNs,
  ]);
}

test.each(['0', 'false', ''])('REQUIRE_PASSWORDS=%s requires none', (value) => {
  const folder = writeValues(source('{ env: APP_TEST_TOKEN }'));
  expect(run(folder, [], { REQUIRE_PASSWORDS: value }).status).toBe(0);
});

test.each<[string[], Record<string, string>]>([
  [['--require-passwords'], {}],
  [[], { REQUIRE_PASSWORDS: '1' }],
])('%j with %j: a missing password is a problem', (args, env) => {
  const { status, said, out } = run(writeValues(source('{ env: APP_TEST_TOKEN }')), args, env);
  expect(status).toBe(1);
  expect(said).toContain('dockerhub.yaml:5:25  customImage.registryPasswordFrom\n  the environment variable');
  expect(fs.existsSync(out)).toBe(false);
});

test('a plaintext push Secret whose values file is removed or disabled, or reads its password elsewhere', () => {
  const values = source('{ env: APP_TEST_TOKEN }');
  const folder = writeValues({ 'a.yaml': values, 'b.yaml': values, 'c.yaml': values, 'd.yaml': values });
  run(folder, [], { APP_TEST_TOKEN: 'secret' });
  fs.rmSync(path.join(folder, 'a.yaml'));
  fs.writeFileSync(path.join(folder, 'b.yaml'), dockerHub({ enabled: 'false' }));
  fs.writeFileSync(path.join(folder, 'c.yaml'), source('{ externalSecret: { store: vault, key: x } }'));
  const { said } = run(folder, [], { APP_TEST_TOKEN: 'secret' });
  const told = said.split('\n').map((line) => line.split(/(?<=\.yaml\b)|(?<=for c)/, 1)[0]);
  expect(told).toEqual([
    'Note: b.yaml',
    ...['a', 'b'].flatMap((name) => [
      `Note: dist/${name}.k8s.yaml`,
      `  kubectl delete -n hub --ignore-not-found ConfigMap/${name}-custom-image`,
    ]),
    ...['a', 'b', 'c'].map((name) => `Note: dist/${name}-push-secret.k8s.yaml`),
    'Wrote: dist/ for c',
    'Next: kubectl apply -f dist/',
    expect.stringContaining('dist/helm/<name>.values.yaml'),
    '',
  ]);
});

test('a "/" at the end of the output folder is not repeated', () => {
  const folder = writeValues(dockerHub());
  const { said } = run(folder, [], { CDK8S_OUTDIR: `${path.join(folder, 'out')}//` });
  expect(said).toContain('Wrote: out/ for dockerhub and its push Secret\nNext: kubectl apply -f out/\n');
});

test.each<[string[], string]>([
  [['staging', 'production'], "too many arguments for 'synth'"],
  [[''], 'the name of the folder is empty: check the variable that it comes from'],
  [['--chek'], "unknown option '--chek'"],
  [['staging'], 'only the folder registries is written to dist by default; for another folder add --out <folder>'],
])('%j: the usage, exit status 2', (args, message) => {
  const { status, stdout, stderr } = runApp(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain('Usage: primehub-image-registries synth [options] [folder]');
});

test('--out goes before CDK8S_OUTDIR', () => {
  const folder = writeValues(dockerHub());
  const out = path.join(temporaryFolder(), 'chosen');
  expect(run(folder, ['--out', out]).status).toBe(0);
  expect(Object.keys(readTree(out))).toContain('dockerhub.k8s.yaml');
  expect(fs.existsSync(path.join(folder, 'dist'))).toBe(false);
});

test('cdk8s synth shows our report, and how to get back what it deleted', () => {
  const folder = writeValues('customImage: [\n');
  const out = path.join(temporaryFolder(), 'dist');
  fs.mkdirSync(out);
  fs.writeFileSync(path.join(out, 'a.k8s.yaml'), '');
  const git = (...args: string[]) => spawnSync('git', args, { cwd: path.dirname(out) }).status;
  expect([git('init'), git('add', '.')]).toEqual([0, 0]);
  const cli = path.join(REPOSITORY, 'node_modules/.bin/cdk8s');
  const app = `node --require @swc-node/register main.ts ${folder}`;
  const { status, stderr } = spawnSync(cli, ['synth', '--check-upgrade=false', '--app', app, '--output', out], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`${folder}/dockerhub.yaml:1:14\n`);
  expect(stderr).toContain(`\nNote: cdk8s synth deleted ${out}/ `);
  // npm does not delete it, and git can restore only what is committed.
  expect(runApp([folder], { CDK8S_OUTDIR: out }).stderr).not.toContain('Note:');
  const elsewhere = { CDK8S_OUTDIR: `${out}-2`, CDK8S_RECORD_CONSTRUCT_METADATA: 'false' };
  expect(runApp([folder], elsewhere).stderr).not.toContain('Note:');
});
