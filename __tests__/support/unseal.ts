import { KeyObject, constants, createDecipheriv, privateDecrypt } from 'crypto';

/** Opens a ciphertext like the Sealed Secrets controller. It follows the controller's code, not ours. */
export function unseal(ciphertext: string, privateKey: KeyObject, label: string): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const keyEnd = 2 + bytes.readUInt16BE(0);
  const sessionKey = privateDecrypt(
    {
      key: privateKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(label),
    },
    bytes.subarray(2, keyEnd),
  );
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(keyEnd, -16)), decipher.final()]).toString('utf8');
}
