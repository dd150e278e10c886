import * as fs from 'fs';
import * as path from 'path';

/** Links the installed packages into a copy of the repository, without the caches of builds. */
export function linkDependencies(repository: string, copy: string): void {
  const [from, to] = [repository, copy].map((root) => path.join(root, 'node_modules'));
  fs.mkdirSync(to);
  for (const name of fs.readdirSync(from).filter((entry) => entry !== '.cache')) {
    fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
}
