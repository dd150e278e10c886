import { KeyObject, constants, createCipheriv, publicEncrypt, randomBytes } from 'crypto';
import { SealingScope } from '../../lib';

const SESSION_KEY_BYTES = 32;
const GCM_NONCE_BYTES = 12;

/** The Secret that a value is sealed for. */
export interface SealedFor {
  readonly scope: SealingScope;
  readonly namespace: string;
  readonly secretName: string;
}

/**
 * What binds a ciphertext to where it may be opened.
 *
 * @see https://github.com/bitnami/sealed-secrets/blob/main/pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go
 */
export function encryptionLabel({ scope, namespace, secretName }: SealedFor): string {
  switch (scope) {
    case SealingScope.STRICT:
      return `${namespace}/${secretName}`;
    case SealingScope.NAMESPACE_WIDE:
      return namespace;
    case SealingScope.CLUSTER_WIDE:
      return '';
  }
}

/**
 * Seals a value as kubeseal does: an AES key of its own for the value, and that key encrypted for the controller. Every
 * call gives other bytes.
 *
 * @returns base64 of the encrypted key's length in 2 bytes, the encrypted key, and the encrypted value with its tag
 * @see https://github.com/bitnami/sealed-secrets/blob/main/pkg/crypto/crypto.go
 */
export function seal(value: string, publicKey: KeyObject, sealedFor: SealedFor): string {
  const sessionKey = randomBytes(SESSION_KEY_BYTES);
  const encryptedKey = publicEncrypt(
    {
      key: publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(encryptionLabel(sealedFor), 'utf8'),
    },
    sessionKey,
  );
  // The key is used this once, so that a nonce of zeros repeats nothing.
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(GCM_NONCE_BYTES));
  const encryptedValue = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedKey.length);
  return Buffer.concat([length, encryptedKey, encryptedValue]).toString('base64');
}
