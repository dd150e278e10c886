import { SealedPassword, SealingScope } from '../../lib';

/** What has the structure of a ciphertext, of a value of this length, and opens nowhere. */
export function plausibleCiphertext(length = 200, rsaBytes = 256): string {
  const bytes = Buffer.alloc(2 + rsaBytes + length + 16, 7);
  bytes.writeUInt16BE(rsaBytes);
  return bytes.toString('base64');
}

/** A sealed docker config for the user `user` of Docker Hub, with this changed. */
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
