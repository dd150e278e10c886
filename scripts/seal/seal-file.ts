import { KeyObject } from 'crypto';
import * as fs from 'fs';
import { SealedPassword, SealingScope } from '../../lib';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { checkPassword } from '../../lib/push-secret/login';
import { withSealedPassword } from '../../values/edit';
import { SealTarget } from '../../values/seal-target';
import { Password } from './password';
import { replaceFile } from './replace-file';
import { SealError } from './seal-error';
import { seal } from './sealing';

/** Seals a password for what a values file says of it, and writes it there. */
export function sealFile(
  file: string,
  target: SealTarget,
  { password, origin }: Password,
  { publicKey, scope }: { publicKey: KeyObject; scope: SealingScope },
): SealedPassword {
  const checked = checkPassword(target.username, password);
  if (checked.faults.length > 0) throw new SealError(`the password from ${origin} ${checked.faults.join(', and ')}`);
  const { host, username, secretName } = target;
  const config = dockerConfigJson([{ host, username, password: checked.password }]);
  const encryptedData: Record<string, string> = {};
  for (const namespace of target.namespaces) {
    encryptedData[namespace] = seal(config, publicKey, { scope, namespace, secretName });
  }
  const sealed = { scope, secretName, host, username, encryptedData };
  const text = edited(target.text, sealed, file);
  // Whoever was asked for the password may have had an editor open meanwhile.
  if (fs.readFileSync(file, 'utf8') !== target.text) {
    throw new SealError(`${file} changed since it was read; nothing was written. Seal again`);
  }
  replaceFile(file, text);
  return sealed;
}

function edited(text: string, sealed: SealedPassword, file: string): string {
  try {
    return withSealedPassword(text, sealed);
  } catch (error) {
    throw new SealError(`${file}: ${(error as Error).message}`);
  }
}
