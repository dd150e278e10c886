import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/**
 * Replaces the text of a file, as a whole or not at all: a temporary file beside it takes its place. Its mode and its
 * owner stay, and where it is a symbolic link, the file behind it changes.
 */
export function replaceFile(file: string, text: string): void {
  const target = fs.realpathSync(file);
  const { mode, uid, gid } = fs.statSync(target);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`);
  try {
    const descriptor = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(descriptor, text);
      // Only root gives a file away; whoever else may not is better stopped than to take it from its owner.
      const made = fs.fstatSync(descriptor);
      if (made.uid !== uid || made.gid !== gid) fs.fchownSync(descriptor, uid, gid);
      // Beyond the umask.
      fs.fchmodSync(descriptor, mode & 0o7777);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, target);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}
