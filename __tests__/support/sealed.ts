import { SealedPassword, SealingScope } from '../../lib';

/** A text with the structure of a ciphertext for a value of this length, which no key can open. */
export function plausibleCiphertext(length = 200, rsaBytes = 256): string {
  const bytes = Buffer.alloc(2 + rsaBytes + length + 16, 7);
  bytes.writeUInt16BE(rsaBytes);
  return bytes.toString('base64');
}

/** A sealed docker config for the user `user` of Docker Hub, with some changes. */
export function sealedPassword(change: Partial<SealedPassword> = {}): SealedPassword {
  return {
    scope: SealingScope.STRICT,
    secretName: 'push',
    host: 'docker.io',
    username: 'user',
    encryptedData: { hub: plausibleCiphertext() },
    ...change,
  };
}
