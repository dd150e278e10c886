import * as fs from 'fs';
import * as path from 'path';
import { replaceFile } from '../../../cli/seal/replace-file';
import { temporaryFolder } from '../../support/run-app';

function file(mode: number): string {
  const name = path.join(temporaryFolder(), 'values.yaml');
  fs.writeFileSync(name, 'before');
  fs.chmodSync(name, mode);
  return name;
}

test.each([0o644, 0o600, 0o664])('the mode %o stays, and nothing else is left in the folder', (mode) => {
  const name = file(mode);
  replaceFile(name, 'after');
  expect(fs.readFileSync(name, 'utf8')).toBe('after');
  expect(fs.statSync(name).mode & 0o777).toBe(mode);
  expect(fs.readdirSync(path.dirname(name))).toEqual(['values.yaml']);
});

test('the owner and the group stay', () => {
  const name = file(0o600);
  // Only root can change the owner, as in CI.
  if (process.getuid?.() === 0) fs.chownSync(name, 65534, 65533);
  const { uid, gid } = fs.statSync(name);
  replaceFile(name, 'after');
  expect(fs.statSync(name)).toMatchObject({ uid, gid, mode: 0o100600 });
});

test('a symbolic link stays one, and the file behind it changes', () => {
  const name = file(0o644);
  const link = path.join(path.dirname(name), 'link.yaml');
  fs.symlinkSync('values.yaml', link);
  replaceFile(link, 'after');
  expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
  expect(fs.readFileSync(name, 'utf8')).toBe('after');
});

test('a failure leaves the file, and nothing else in the folder', () => {
  const name = file(0o644);
  const failing = { toString: () => '' } as unknown as string;
  expect(() => replaceFile(name, failing)).toThrow();
  expect(fs.readFileSync(name, 'utf8')).toBe('before');
  expect(fs.readdirSync(path.dirname(name))).toEqual(['values.yaml']);
});
