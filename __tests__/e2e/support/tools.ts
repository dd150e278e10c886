import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The command that installs every tool of the end-to-end tests. */
const INSTALL = '__tests__/e2e/tools/install';

/** The folder in which `tools/install` puts tools that Debian does not have. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'primehub-image-registries');

/** The Python environment with the AWS CLI, moto and parliament. */
export const venv = join(cache, 'venv');

/** The folder with the CRDs of an operator. */
export function definitions(operator: string): string {
  return join(cache, 'crds', operator.replace(/-controller$/, ''));
}

/** Tools that are never taken from the PATH, which may have another version, or a dispatcher, with the same name. */
const ONLY_FROM_CACHE = new Set([
  ...['kubectl', 'kubelet', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'],
  ...['aws', 'moto_server'],
]);

/** The path of a tool, from the cache folder or else from the PATH. Throws an error if it is not installed. */
export function tool(name: string): string {
  const path = find(name);
  if (path === undefined) throw new Error(missing([name]));
  return path;
}

/** Throws an error with all missing tools and the command that installs them. */
export function requireTools(...names: string[]): void {
  const absent = names.filter((name) => find(name) === undefined);
  if (absent.length > 0) throw new Error(missing(absent));
}

/** Throws an error if the tests do not run as root, as they mount volumes and change users. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error('these end-to-end tests need root: they mount volumes and change users');
}

/** The real interpreter of the Python environment, not the link to it, so that it can be mounted elsewhere. */
export function basePython(): string {
  return realpathSync(join(venv, 'bin', 'python'));
}

function find(name: string): string | undefined {
  const folders = [join(cache, 'bin'), join(venv, 'bin')];
  if (!ONLY_FROM_CACHE.has(name))
    folders.push(...(process.env.PATH ?? '').split(':').filter((folder) => folder !== ''));
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function missing(names: string[]): string {
  return `not installed: ${names.join(', ')}. Run ${INSTALL}`;
}
