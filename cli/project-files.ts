import * as fs from 'fs';
import * as path from 'path';
import { devDependencies, name, version } from '../package.json';
import { shellWord } from '../synth/shell-word';
import { isMapping, readObject } from './json-object';
import { REGISTRIES } from './output';
import { parents } from './package-folder';

const SCRIPTS = ['check', 'synth', 'seal', 'doctor'];

const IGNORED = [
  ['node_modules/', undefined],
  ['*-push-secret.k8s.yaml', 'plaintext push Secrets, in every folder that synth writes; never commit them'],
  ['secrets/', 'for the passwords of registryPasswordFrom.file'],
  ['.dist-staging-*/', 'synth writes into this folder first, then renames it'],
] as const;

/** The lines that a .gitignore lacks, as text to append. */
export function ignoreLines(before: string): string {
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const has = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  const lines = IGNORED.filter(([line]) => !has.has(line) && !has.has(line.replace(/\/$/, '')));
  if (lines.length === 0) return '';
  const text = lines.flatMap(([line, why]) => [...(why === undefined ? [] : [`# ${why}`]), line]);
  return (before === '' || before.endsWith('\n') ? '' : eol) + text.map((line) => line + eol).join('');
}

/** A package.json with what it lacked. */
export type PackageResult = { readonly text: string; readonly changed: boolean } | { readonly problem: string };

/** Adds our dependency and scripts to a package.json, or makes one. What it has stays, and so does its form. */
export function withOurs(before: string | undefined): PackageResult {
  let given: unknown;
  try {
    given = before === undefined ? { private: true } : JSON.parse(before.replace(/^\ufeff/, ''));
  } catch {
    return { problem: 'package.json is not JSON: correct it first' };
  }
  if (!isMapping(given)) return { problem: 'package.json does not contain an object: correct it first' };
  const wrong = ['scripts', 'dependencies', 'devDependencies'].find((key) => key in given && !isMapping(given[key]));
  if (wrong !== undefined) return { problem: `package.json has ${wrong} that are not objects: correct them first` };

  const has = (key: string, member: string) => member in ((given[key] as object | undefined) ?? {});
  const isThere = (dependency: string) => has('dependencies', dependency) || has('devDependencies', dependency);
  const scripts = SCRIPTS.filter((script) => !has('scripts', script)).map((script) => [script, `${name} ${script}`]);
  const lacking: [string, [string, string][]][] = [
    ['scripts', scripts as [string, string][]],
    ['dependencies', isThere(name) ? [] : [[name, `^${version}`]]],
    ['devDependencies', isThere('cdk8s-cli') ? [] : [['cdk8s-cli', devDependencies['cdk8s-cli']]]],
  ];
  const added = lacking.filter(([, members]) => members.length > 0);
  if (added.length === 0) return { changed: false, text: before ?? '' };
  const after = { ...given };
  for (const [key, members] of added) after[key] = { ...(given[key] as object), ...Object.fromEntries(members) };
  return { changed: true, text: inFormOf(before ?? '\n', after) };
}

/** JSON with the indent, line ends and byte order mark of another text. */
function inFormOf(before: string, value: unknown): string {
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  const text = JSON.stringify(value, null, indent) + (/\n\s*$/.test(before) ? '\n' : '');
  return (
    (before.startsWith('\ufeff') ? '\ufeff' : '') + (before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text)
  );
}

const LOCK_FILES = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
} as const;

/** The package manager that the working directory or the git repository around it uses. */
export function packageManager(): string {
  for (const folder of parents(process.cwd())) {
    const has = (file: string) => fs.existsSync(path.join(folder, file));
    const known = Object.entries(LOCK_FILES).find(([file]) => has(file));
    if (known !== undefined) return known[1];
    if (has('.git')) break;
  }
  return 'npm';
}

/** What the user types to run check. A script `check` of the user's own may do anything. */
export function checkCommand(folder = REGISTRIES): string {
  const { check } = (readObject('package.json').scripts ?? {}) as { readonly check?: unknown };
  const command = String(check).includes(name) ? `${packageManager()} run check` : `npx ${name} check`;
  return path.relative(REGISTRIES, folder) === '' ? command : `${command} ${shellWord(folder)}`;
}
