import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/**
 * Replaces the text of a file completely or not at all, by renaming a temporary file beside it. It keeps the mode and
 * the owner. For a symbolic link it changes the target.
 */
export function replaceFile(file: string, text: string): void {
  const target = fs.realpathSync(file);
  const { mode, uid, gid } = fs.statSync(target);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`);
  try {
    const descriptor = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(descriptor, text);
      // Only root can change the owner. For other users this fails, which is better than taking the file from its
      // owner.
      const made = fs.fstatSync(descriptor);
      if (made.uid !== uid || made.gid !== gid) fs.fchownSync(descriptor, uid, gid);
      // The umask does not apply to this.
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
