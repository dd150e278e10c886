import * as fs from 'fs';
import * as path from 'path';
import { name } from '../package.json';
import { readObject } from './json-object';

/**
 * The folder of this package as the user has it, relative to the working directory. It may not be installed yet: npm and
 * Yarn install what a workspace needs in the workspaces' root, everything else beside its package.json.
 */
export function packageFolder(cwd = process.cwd()): string {
  const inPlace = path.join('node_modules', name);
  const root = fs.existsSync(path.join(cwd, inPlace)) ? undefined : parents(cwd).find((one) => hasWorkspace(one, cwd));
  return path.join(path.relative(cwd, root ?? cwd), inPlace).replaceAll(path.sep, '/');
}

/** A folder and the folders around it, the nearest first. */
export function parents(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...parents(parent)];
}

/** Whether a folder is one of the workspaces of a package.json. */
function hasWorkspace(root: string, folder: string): boolean {
  const { workspaces } = readObject(path.join(root, 'package.json'));
  // Yarn 1 also has the form { packages: [...] }.
  const patterns: unknown = (workspaces as { packages?: unknown } | undefined)?.packages ?? workspaces;
  const relative = path.relative(root, folder).replaceAll(path.sep, '/');
  return Array.isArray(patterns) && patterns.some((pattern) => matches(relative, String(pattern)));
}

function matches(folder: string, pattern: string): boolean {
  const source = path.posix
    .normalize(`${pattern}/`)
    .replace(/\*\*\/|[.*+?^${}()|[\]\\]/g, (part) => ({ '**/': '(.+/)?', '*': '[^/]*' })[part] ?? `\\${part}`);
  return new RegExp(`^${source}$`).test(`${folder}/`);
}
