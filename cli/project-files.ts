import { devDependencies, name, version } from '../package.json';

const SCRIPTS = ['check', 'synth', 'seal', 'doctor'];

const IGNORED = [
  ['node_modules/', undefined],
  ['*-push-secret.k8s.yaml', 'push Secrets in plaintext: synth writes them, into whichever folder; never commit them'],
  ['secrets/', 'a place for the passwords of registryPasswordFrom.file'],
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

/** Adds our dependency and scripts to a package.json, or makes one. It keeps the contents and their formatting. */
export function withOurs(before: string | undefined): PackageResult {
  let given: unknown;
  try {
    given = before === undefined ? { private: true } : JSON.parse(before.replace(/^\ufeff/, ''));
  } catch {
    return { problem: 'is not JSON: correct it first' };
  }
  if (!isMapping(given)) return { problem: 'does not contain an object: correct it first' };
  const wrong = ['scripts', 'dependencies', 'devDependencies'].find((key) => key in given && !isMapping(given[key]));
  if (wrong !== undefined) return { problem: `has ${wrong} that are not objects: correct them first` };

  const has = (dependency: string) =>
    ['dependencies', 'devDependencies'].some((key) => dependency in ((given[key] as object | undefined) ?? {}));
  const scripts = Object.fromEntries(SCRIPTS.map((script) => [script, `${name} ${script}`]));
  const after = { ...given, scripts: { ...scripts, ...(given.scripts as object | undefined) } };
  const lacking = {
    dependencies: has(name) ? {} : { [name]: `^${version}` },
    devDependencies: has('cdk8s-cli') ? {} : { 'cdk8s-cli': devDependencies['cdk8s-cli'] },
  };
  for (const [key, added] of Object.entries(lacking)) {
    if (Object.keys(added).length > 0) Object.assign(after, { [key]: { ...(given[key] as object), ...added } });
  }
  const changed = JSON.stringify(after) !== JSON.stringify(given) && !sameKeys(after, given);
  const indent = /^([ \t]+)"/m.exec(before ?? '')?.[1] ?? '  ';
  return { changed, text: changed ? `${JSON.stringify(after, null, indent)}\n` : (before ?? '') };
}

/** Whether nothing was added, so that at most the order differs. */
function sameKeys(after: Record<string, unknown>, before: Record<string, unknown>): boolean {
  const count = (value: Record<string, unknown>) =>
    Object.values(value).reduce<number>((sum, one) => sum + (isMapping(one) ? Object.keys(one).length : 1), 0);
  return count(after) === count(before);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
