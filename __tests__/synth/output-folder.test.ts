import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { OutputFile, SOURCE_IGNORE } from '../../synth/files';
import { OutputFolder, OutputFolderError } from '../../synth/output-folder';
import { MADE_BY } from '../../synth/charts';
import { Staging } from '../../synth/staging';
import { readTree, runApp, temporaryFolder } from '../support/run-app';
import { dockerHub, writeValues } from '../values/support/values-folder';

const file = (name: string, content: string, secret = false): OutputFile => ({
  path: name,
  content: `---\n${MADE_BY} registries/${/(\w+?)(?:-push-secret)?\.(?:k8s|values)\.yaml$/.exec(name)?.[1]}.yaml: change that file\n${content}`,
  secret,
});
const OLD = [
  file('old.k8s.yaml', 'old'),
  file('helm/old.values.yaml', 'old'),
  file('old-push-secret.k8s.yaml', 's', true),
];
const NEW = [file('new.k8s.yaml', 'new'), file('new-push-secret.k8s.yaml', 's', true)];

function outputWith(files: readonly OutputFile[]): OutputFolder {
  const output = new OutputFolder(path.join(temporaryFolder(), 'dist'));
  output.replace(files);
  return output;
}

/** Every file with its bytes, mode and time, and what is beside the folder. */
function state({ path: folder }: OutputFolder) {
  const files = Object.entries(readTree(folder)).map(([name, content]) => {
    const { mode, mtimeNs } = fs.statSync(path.join(folder, name), { bigint: true });
    return { name, content, mode, mtimeNs };
  });
  return { files, beside: fs.readdirSync(path.dirname(folder)) };
}

function withUmask(mask: number, run: () => void): void {
  const before = process.umask(mask);
  try {
    run();
  } finally {
    process.umask(before);
  }
}

test('the folder contains only what this run wrote', () => {
  const output = outputWith(OLD);
  output.replace(NEW);
  expect(output.list()).toEqual(['new-push-secret.k8s.yaml', 'new.k8s.yaml']);
  expect(fs.readdirSync(path.dirname(output.path))).toEqual(['dist']);
});

test.each([
  ['without ---', `${MADE_BY} old.yaml\n`],
  ['without the folder of the values file', `---\n${MADE_BY} old.yaml: change that file, not this one.\n`],
  ['with Windows line ends', `---\r\n${MADE_BY} old.yaml: change that file, not this one.\r\n`],
  ['with a folder that has a ":"', `---\n${MADE_BY} c: d/old.yaml: change that file, not this one.\n`],
])('a header %s is one of ours', (_, content) => {
  const output = outputWith([{ path: 'old.k8s.yaml', content, secret: false }]);
  output.replace(NEW);
  expect(output.list()).toEqual(['new-push-secret.k8s.yaml', 'new.k8s.yaml']);
});

test.each([
  ['a file of somebody else', 'kustomization.yaml', 'resources: []\n'],
  ['a manifest of somebody else', 'other.k8s.yaml', 'kind: Secret\n'],
  ['a values file of somebody else', 'helm/mine.values.yaml', 'a: b\n'],
  ['another file in helm/', 'helm/README.md', 'hi\n'],
  ['a policy with another name', 'aws/policy.json', '{}\n'],
  ['a folder of somebody else', 'base', undefined],
  ['a folder with the name of a manifest', 'base.k8s.yaml', undefined],
  ['a policy without the manifests that it belongs to', 'aws/mine.iam-policy.json', '{}\n'],
  ['a folder with the name of a policy', 'aws/old.iam-policy.json', undefined],
  ['a .sourceignore of somebody else', '.sourceignore', 'mine/\n'],
])('%s is never deleted', (_, name, content) => {
  const output = outputWith(OLD);
  const foreign = path.join(output.path, name);
  fs.mkdirSync(content === undefined ? foreign : path.dirname(foreign), { recursive: true });
  if (content !== undefined) fs.writeFileSync(foreign, content);
  const before = state(output);
  expect(() => output.replace(NEW)).toThrow(
    new OutputFolderError(
      `${output.path}/ would be replaced as a whole, but it contains files that synth did not write: ${name}. Move it elsewhere, or choose another folder with --out or CDK8S_OUTDIR.`,
    ),
  );
  expect(state(output)).toEqual(before);
});

test('what synth wrote without a header is replaced', () => {
  const ignore = { path: '.sourceignore', content: SOURCE_IGNORE, secret: false };
  const output = outputWith([...OLD, ignore, { path: 'aws/old.iam-policy.json', content: '{}', secret: false }]);
  output.replace(NEW);
  expect(output.list()).toEqual(['new-push-secret.k8s.yaml', 'new.k8s.yaml']);
});

test.each([
  ['new.k8s.yaml', 'a name that is written'],
  ['other.k8s.yaml', 'the name of a manifest'],
])('a broken link, with %2$s, is never deleted', (name) => {
  const output = outputWith(OLD);
  fs.symlinkSync('nowhere', path.join(output.path, name));
  expect(() => output.replace(NEW)).toThrow(
    new OutputFolderError(
      `${output.path}/ would be replaced as a whole, but it contains files that synth did not write: ${name}. Move it elsewhere, or choose another folder with --out or CDK8S_OUTDIR.`,
    ),
  );
});

/** Runs something as a user who cannot read root's files. */
function withoutPermission(run: () => void): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test.each(['', 'helm', 'old-push-secret.k8s.yaml'])('what cannot be read is not replaced: dist/%s', (name) => {
  const output = outputWith(OLD);
  fs.chmodSync(path.dirname(output.path), 0o755);
  const unreadable = path.join(output.path, name);
  const { mode } = fs.statSync(unreadable);
  fs.chmodSync(unreadable, 0o000);
  withoutPermission(() => {
    expect(() => output.replace(NEW)).toThrow(
      new OutputFolderError(
        `${path.join(output.path, name)} cannot be read (EACCES), so synth does not know whether it may replace it. A run of another user, for example with sudo, may have left it: change its owner, or remove it.`,
      ),
    );
  });
  fs.chmodSync(unreadable, mode);
  expect(Object.keys(readTree(output.path))).toHaveLength(OLD.length);
});

test('names a few of many foreign files', () => {
  const folder = temporaryFolder();
  for (let i = 0; i < 8; i++) fs.writeFileSync(path.join(folder, `f${i}`), '');
  expect(() => new OutputFolder(folder).replace(NEW)).toThrow(/did not write: f0, f1, f2, f3, f4 and 3 more\. /);
});

test('a failure while writing leaves the folder as it was, and nothing beside it', () => {
  const output = outputWith(OLD);
  const before = state(output);
  // A file where a folder is needed, after the first files are written.
  const files = [...NEW, file('helm', 'x'), file('helm/new.values.yaml', 'x')];
  expect(() => output.replace(files)).toThrow(
    `${output.path}/ cannot be replaced (EEXIST, mkdir). The folder and its parent must be writable, and it must not be a mount point.`,
  );
  expect(state(output)).toEqual(before);
});

test('a folder that cannot be made, and a file in its place', () => {
  const taken = path.join(temporaryFolder(), 'file');
  fs.writeFileSync(taken, 'mine');
  expect(() => new OutputFolder(path.join(taken, 'dist')).replace(NEW)).toThrow(OutputFolderError);
  expect(() => new OutputFolder(taken).replace(NEW)).toThrow(new OutputFolderError(`${taken} is not a folder.`));
  expect(fs.readFileSync(taken, 'utf8')).toBe('mine');
});

test('a folder behind a symbolic link is replaced, the link stays', () => {
  const output = outputWith(OLD);
  const link = path.join(temporaryFolder(), 'dist');
  fs.symlinkSync(output.path, link);
  new OutputFolder(link).replace(NEW);
  expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
  expect(output.list()).toEqual(['new-push-secret.k8s.yaml', 'new.k8s.yaml']);
});

test.each([
  [0o000, 0o777, 0o644],
  [0o022, 0o755, 0o644],
  [0o077, 0o700, 0o600],
])('under umask %o the folder is %o, a manifest %o, and a plaintext Secret always 600', (mask, folder, manifest) => {
  withUmask(mask, () => {
    const output = outputWith(NEW);
    const mode = (name: string) => fs.statSync(path.join(output.path, name)).mode & 0o777;
    expect(mode('.')).toBe(folder);
    expect(mode('new.k8s.yaml')).toBe(manifest);
    expect(mode('new-push-secret.k8s.yaml')).toBe(0o600);
  });
});

describe('a file is ours if its header names its own file', () => {
  test.each([
    ['a hand-written file with a name that is written', 'new.k8s.yaml', 'kind: Secret\n'],
    ['hand-written Helm values with a name that is written', 'helm/new.values.yaml', 'a: b\n'],
    ['a copy of ours under another name', 'copy.k8s.yaml', file('old.k8s.yaml', 'old').content],
    ['a copy of ours with a longer name', 'my-old.k8s.yaml', file('old.k8s.yaml', 'old').content],
    ['our header further down', 'mine.k8s.yaml', `kind: Secret\n${file('mine.k8s.yaml', '').content}`],
    ['a .gitignore of somebody else', '.gitignore', 'mine\n'],
  ])('%s is kept', (_, name, content) => {
    const output = outputWith(OLD);
    fs.writeFileSync(path.join(output.path, name), content);
    const before = state(output);
    expect(() => output.replace([...NEW, file('helm/new.values.yaml', 'x')])).toThrow(
      `files that synth did not write: ${name}.`,
    );
    expect(state(output)).toEqual(before);
  });
});

test('the folders keep their modes', () => {
  const output = outputWith(OLD);
  fs.chmodSync(output.path, 0o2750);
  fs.chmodSync(path.join(output.path, 'helm'), 0o700);
  output.replace([...NEW, file('helm/new.values.yaml', 'x')]);
  const mode = (name: string) => fs.statSync(path.join(output.path, name)).mode & 0o7777;
  expect([mode('.'), mode('helm')]).toEqual([0o2750, 0o700]);
});

describe('what a killed run left', () => {
  const host = os.hostname().replace(/[^\w.]/g, '');
  const dead = () => spawnSync('true').pid;
  const left = (output: OutputFolder, owner: string, folder: string, name = 'dist'): string => {
    const staging = path.join(path.dirname(output.path), `.dist-staging-${name}-${owner}-abcdef`);
    fs.mkdirSync(path.join(staging, folder), { recursive: true });
    return staging;
  };

  test('between the two renames: the folder is put back', () => {
    const output = outputWith(OLD);
    const staging = left(output, `${host}-${dead()}`, 'next');
    const before = readTree(output.path);
    fs.renameSync(output.path, path.join(staging, 'previous'));
    output.recover();
    expect(readTree(output.path)).toEqual(before);
    expect(fs.readdirSync(path.dirname(output.path))).toEqual(['dist']);
  });

  test('goes, and what a live one is writing stays, here and on another machine', () => {
    const output = outputWith(OLD);
    const stagings = [`${host}-${dead()}`, `elsewhere-1`, `${host}-${process.pid}`, 'elsewhere-2'].map((owner) =>
      left(output, owner, 'next'),
    );
    const ofAnother = left(output, `${host}-${dead()}`, 'next', 'dist-2');
    fs.utimesSync(stagings[1], 0, 0);
    output.replace(NEW);
    expect([...stagings, ofAnother].map((staging) => fs.existsSync(staging))).toEqual([false, false, true, true, true]);
  });
});

describe('in another git repository', () => {
  const repository = (): { root: string; git: (...args: string[]) => string } => {
    const root = fs.realpathSync(temporaryFolder());
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, stdio: 'pipe', encoding: 'utf8' });
    git('init', '--quiet');
    return { root, git };
  };

  test('`git add` takes no plaintext push Secret, and nothing of a staging folder', () => {
    const { root, git } = repository();
    // a .gitignore of a user who wants to commit everything
    fs.writeFileSync(path.join(root, '.gitignore'), '!*-push-secret.k8s.yaml\n');
    const out = path.join(root, 'dist');
    Staging.create(out);
    const { stderr } = runApp([writeValues(dockerHub())], { CDK8S_OUTDIR: out });
    git('add', '.');
    expect(stderr).not.toContain('Warning: git');
    const added = git('ls-files').split('\n');
    expect(added).toContain('dist/dockerhub.k8s.yaml');
    expect(added.filter((name) => /push-secret|staging/.test(name))).toEqual([]);
  });

  test('warns about one that git tracks', () => {
    const { root, git } = repository();
    const out = path.join(root, 'dist');
    const values = writeValues(dockerHub());
    runApp([values], { CDK8S_OUTDIR: out });
    git('add', '--force', '.');
    expect(runApp([values], { CDK8S_OUTDIR: out }).stderr).toContain(
      `Warning: git tracks ${out}/dockerhub-push-secret.k8s.yaml, so everyone`,
    );
  });
});
