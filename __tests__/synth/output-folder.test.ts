import * as fs from 'fs';
import * as path from 'path';
import { OutputFile, SOURCE_IGNORE } from '../../synth/files';
import { OutputFolder, OutputFolderError } from '../../synth/output-folder';
import { MADE_BY } from '../../synth/charts';
import { readTree, temporaryFolder } from '../support/run-app';

const file = (name: string, content: string, secret = false): OutputFile => ({
  path: name,
  content: `---\n${MADE_BY} x.yaml\n${content}`,
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

/** Every file with its bytes, mode and time, and what else is beside the folder. */
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

test('the folder holds what is written now, and nothing of an earlier run', () => {
  const output = outputWith(OLD);
  output.replace(NEW);
  expect(output.list()).toEqual(['new-push-secret.k8s.yaml', 'new.k8s.yaml']);
  expect(fs.readdirSync(path.dirname(output.path))).toEqual(['dist']);
});

test('a file of an earlier version, which begins without ---, is one of ours', () => {
  const output = outputWith([{ path: 'old.k8s.yaml', content: `${MADE_BY} old.yaml\n`, secret: false }]);
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
      `${output.path}/ is replaced as a whole, and holds what synth never wrote: ${name}. Move it elsewhere, or choose another folder with CDK8S_OUTDIR.`,
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
])('a link that leads nowhere, with %2$s, is never deleted', (name) => {
  const output = outputWith(OLD);
  fs.symlinkSync('nowhere', path.join(output.path, name));
  expect(() => output.replace(NEW)).toThrow(
    new OutputFolderError(
      `${output.path}/ is replaced as a whole, and holds what synth never wrote: ${name}. Move it elsewhere, or choose another folder with CDK8S_OUTDIR.`,
    ),
  );
});

/** Runs something as a user who may read nothing that is root's alone. */
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
        `${path.join(output.path, name)} cannot be read (EACCES), so it cannot be said whether it may be replaced. Another user's run, by sudo for example, may have left it: make it yours, or remove it.`,
      ),
    );
  });
  fs.chmodSync(unreadable, mode);
  expect(Object.keys(readTree(output.path))).toHaveLength(OLD.length);
});

test('of many foreign files a few are named', () => {
  const folder = temporaryFolder();
  for (let i = 0; i < 8; i++) fs.writeFileSync(path.join(folder, `f${i}`), '');
  expect(() => new OutputFolder(folder).replace(NEW)).toThrow(/wrote: f0, f1, f2, f3, f4 and 3 more\. /);
});

test('a failure while writing leaves the folder as it was, and nothing beside it', () => {
  const output = outputWith(OLD);
  const before = state(output);
  // A file where a folder is needed, after the first files are written.
  const files = [...NEW, file('helm', 'x'), file('helm/new.values.yaml', 'x')];
  expect(() => output.replace(files)).toThrow(
    `${output.path}/ cannot be replaced (EEXIST, mkdir). It and the folder that it is in must be writable, and it must be no mount point.`,
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
