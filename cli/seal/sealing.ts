import { KeyObject, constants, createCipheriv, publicEncrypt, randomBytes } from 'crypto';
import { SealingScope } from '../../lib';

const SESSION_KEY_BYTES = 32;
const GCM_NONCE_BYTES = 12;

/** The Secret for which a value is sealed. */
export interface SealedFor {
  readonly scope: SealingScope;
  readonly namespace: string;
  readonly secretName: string;
}

/**
 * The label that binds a ciphertext to the names and namespaces for which it can be opened.
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
 * Seals a value like kubeseal: encrypts it with a new AES key, and that key for the controller. Every call returns
 * different bytes.
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
  // Each key is used only once, so a nonce of zeros is safe.
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(GCM_NONCE_BYTES));
  const encryptedValue = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedKey.length);
  return Buffer.concat([length, encryptedKey, encryptedValue]).toString('base64');
}
