import * as fs from 'fs';
import * as path from 'path';

/** Writes a file and its folder, unless there is something of that name. */
export function writeNew(file: string, text: string): boolean {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What stands in the way of a new file, to be asked before the first is written; nothing where it can be made. */
export function obstacleToNew(file: string): string | undefined {
  const folder = path.dirname(file);
  if (!fs.existsSync(folder)) return isLink(folder) ? `${folder} is a link to nothing` : obstacleToNew(folder);
  if (!fs.statSync(folder).isDirectory()) return `${folder} is a file; expected a folder`;
  return denied(folder);
}

/** The same for a file that may exist and gets more content. */
export function obstacleToChange(file: string): string | undefined {
  if (!fs.existsSync(file)) return isLink(file) ? `${file} is a link to nothing` : obstacleToNew(file);
  if (!fs.statSync(file).isFile()) return `${file} is not a file; expected one`;
  return denied(file);
}

function denied(place: string): string | undefined {
  try {
    fs.accessSync(place, fs.constants.R_OK | fs.constants.W_OK);
    return undefined;
  } catch (error) {
    const name = place === '.' ? 'the working directory' : place;
    return `${name} can't be written (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Without the right to look, the folder around the place is the obstacle. */
function isLink(place: string): boolean {
  try {
    return fs.lstatSync(place).isSymbolicLink();
  } catch {
    return false;
  }
}
