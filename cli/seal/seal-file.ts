import { KeyObject } from 'crypto';
import * as fs from 'fs';
import { SealedPassword, SealingScope } from '../../lib';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { withSealedPassword } from '../../values/yaml/edit';
import { SealTarget } from '../../values/registry/seal-target';
import { replaceFile } from './replace-file';
import { SealError } from './seal-error';
import { seal } from './sealing';

/** Seals a password with the settings of a values file, and writes it into the file. */
export function sealFile(
  file: string,
  target: SealTarget,
  password: string,
  { publicKey, scope }: { publicKey: KeyObject; scope: SealingScope },
): SealedPassword {
  const { host, username, secretName } = target;
  const config = dockerConfigJson([{ host, username, password }]);
  const encryptedData: Record<string, string> = {};
  for (const namespace of target.namespaces) {
    encryptedData[namespace] = seal(config, publicKey, { scope, namespace, secretName });
  }
  const sealed = { scope, secretName, host, username, encryptedData };
  write(file, target.text, edited(target.text, sealed, file));
  return sealed;
}

function edited(text: string, sealed: SealedPassword, file: string): string {
  try {
    return withSealedPassword(text, sealed);
  } catch (error) {
    throw new SealError(`${file}: ${(error as Error).message}`);
  }
}

function write(file: string, before: string, after: string): void {
  try {
    // The user may have edited the file while the command waited for the password.
    if (fs.readFileSync(file, 'utf8') !== before) {
      throw new SealError(`${file} changed while this command ran, so nothing was written: seal again`);
    }
    replaceFile(file, after);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new SealError(
      `${file} cannot be written: ${code}. A new file replaces it, so its folder must be writable too, and the ` +
        'file must not be a mount',
    );
  }
}
