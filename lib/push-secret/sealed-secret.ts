import { Construct } from 'constructs';
import { loginHost } from './docker-config';
import { validateUsername } from './username';
import { SealedSecret } from '../../imports/bitnami.com';
import { unknownProps } from '../unknown-props';
import { ValidationError, ValidationErrors, invalid } from '../validation';
import { validateNamespace, validateObjectName } from '../kubernetes/names';
import { redact } from '../redact';
import { validateHost } from '../images/image-reference';

/**
 * The names and namespaces for which a sealed value can be opened.
 *
 * @see https://github.com/bitnami/sealed-secrets#scopes
 */
export enum SealingScope {
  /** Only the same Secret name in the same namespace. */
  STRICT = 'strict',
  /** Any name in the same namespace. */
  NAMESPACE_WIDE = 'namespace-wide',
  /** Any name in any namespace of the cluster. */
  CLUSTER_WIDE = 'cluster-wide',
}

/**
 * A whole docker config that is sealed for the Sealed Secrets controller of one cluster, and what it was sealed for. It
 * is safe to commit.
 */
export interface SealedPassword {
  /** The names and namespaces for which the ciphertexts can be opened. */
  readonly scope: SealingScope;
  /** The name of the Secret for which it was sealed. */
  readonly secretName: string;
  /** The registry's host that the docker config logs in to. */
  readonly host: string;
  /** The user name in the docker config. */
  readonly username: string;
  /** The ciphertext of the docker config for each namespace, in base64. It is the value of `.dockerconfigjson`. */
  readonly encryptedData: { [namespace: string]: string };
}

/** What a sealed docker config is used for. */
export interface SealedUse {
  readonly secretName: string;
  readonly namespaces: readonly string[];
  readonly host: string;
  /** Absent if it is not known. */
  readonly username?: string;
}

const AGAIN = 'run `npm run seal` again';

/** Checks a sealed password by itself. */
export function validateSealedPassword(sealed: SealedPassword): ValidationError[] {
  if (typeof sealed !== 'object' || sealed === null) {
    return invalid('wrong-type', 'expected the mapping that `npm run seal` writes');
  }
  const errors = new ValidationErrors();
  errors.add([], unknownProps('SealedPassword', sealed));
  if (!Object.values(SealingScope).includes(sealed.scope)) {
    errors.add(
      'scope',
      invalid(
        'not-allowed',
        `${redact(sealed.scope)} is not a scope: expected one of ${Object.values(SealingScope).join(', ')}`,
      ),
    );
  }
  errors.add('secretName', validateObjectName('Secret', sealed.secretName));
  errors.add('host', validateHost(sealed.host));
  errors.add('username', validateUsername(sealed.username));
  const ciphertexts: unknown = sealed.encryptedData;
  if (typeof ciphertexts !== 'object' || ciphertexts === null || Array.isArray(ciphertexts)) {
    errors.add('encryptedData', invalid('wrong-type', 'expected a mapping with a ciphertext for each namespace'));
    return errors.list;
  }
  if (Object.keys(ciphertexts).length === 0) {
    errors.add('encryptedData', invalid('missing', `contains no ciphertext: ${AGAIN}`));
  }
  const least = errors.list.length === 0 ? leastPlaintext(sealed) : 0;
  for (const [namespace, ciphertext] of Object.entries(ciphertexts)) {
    const wrongKey = validateNamespace(namespace);
    errors.add('encryptedData', wrongKey);
    // A key that is not a namespace may be the password itself, so no error path may contain it.
    if (wrongKey.length === 0) errors.add(['encryptedData', namespace], validateCiphertext(ciphertext, least));
  }
  return errors.list;
}

/** The length of the shortest docker config for this login. A bare password is shorter. */
function leastPlaintext({ host, username }: SealedPassword): number {
  const auth = Buffer.from(`${username}:`, 'utf8').toString('base64');
  return JSON.stringify({ auths: { [host]: { auth } } }).length;
}

const SESSION_KEY_LENGTH = 2;
const GCM_TAG = 16;
/** RSA keys of 2048 to 16384 bits. */
const RSA_BYTES = { min: 256, max: 2048 };

/**
 * Checks a ciphertext: base64 of a 2-byte length, the encrypted session key, and the value with its 16-byte tag.
 *
 * @see https://github.com/bitnami/sealed-secrets/blob/main/pkg/crypto/crypto.go
 */
function validateCiphertext(ciphertext: unknown, leastPlaintext: number): ValidationError[] {
  if (typeof ciphertext !== 'string' || ciphertext === '') {
    return invalid('missing', 'missing: expected a ciphertext in base64');
  }
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes.toString('base64') !== ciphertext) return invalid('malformed', `not base64, or cut off: ${AGAIN}`);
  const key = bytes.length < SESSION_KEY_LENGTH ? 0 : bytes.readUInt16BE(0);
  if (key < RSA_BYTES.min || key > RSA_BYTES.max) {
    return invalid('malformed', `not a ciphertext that the Sealed Secrets controller can open: ${AGAIN}`);
  }
  const plaintext = bytes.length - SESSION_KEY_LENGTH - key - GCM_TAG;
  if (plaintext < 1) return invalid('malformed', `cut off: ${AGAIN}`);
  if (plaintext < leastPlaintext) {
    return invalid(
      'malformed',
      'too short for a docker config with this login: seal the whole docker config with `npm run seal`, not just the password',
    );
  }
  return [];
}

/**
 * What changed since the docker config was sealed. The controller would refuse a changed name or namespace if the scope
 * binds it. It cannot notice a changed host or user name, as those are inside the ciphertext.
 */
export function validateSealedUse(sealed: SealedPassword, use: SealedUse): ValidationError[] {
  const { scope } = sealed;
  const changes: string[] = [];
  if (scope === SealingScope.STRICT && use.secretName !== sealed.secretName) {
    changes.push(
      `sealed for the Secret name ${redact(sealed.secretName)}, not ${redact(use.secretName)}, and with the scope ` +
        `${scope} it cannot be opened under another name: ${AGAIN}`,
    );
  }
  const missing = use.namespaces.filter((namespace) => ciphertextFor(sealed, namespace) === undefined);
  if (missing.length > 0) {
    changes.push(
      `sealed for the namespace ${Object.keys(sealed.encryptedData).join(', ')}, not for ${missing.join(', ')}, and with ` +
        `the scope ${scope} it cannot be opened in another: ${AGAIN}`,
    );
  }
  if (loginHost(use.host) !== loginHost(sealed.host)) {
    changes.push(`sealed for the registry ${redact(sealed.host)}, not ${redact(use.host)}: ${AGAIN}`);
  }
  if (use.username !== undefined && use.username !== sealed.username) {
    changes.push(`sealed with the user name ${redact(sealed.username)}, not ${redact(use.username)}: ${AGAIN}`);
  }
  return changes.flatMap((message) => invalid('out-of-date', message));
}

/** The ciphertext for a namespace. A cluster-wide one can be opened in every namespace, so any of them will do. */
function ciphertextFor({ scope, encryptedData }: SealedPassword, namespace: string): string | undefined {
  if (Object.hasOwn(encryptedData, namespace)) return encryptedData[namespace];
  return scope === SealingScope.CLUSTER_WIDE ? Object.values(encryptedData)[0] : undefined;
}

/** The annotation that tells the controller the scope. Without it the controller cannot open the value. */
function scopeAnnotations(scope: SealingScope): { [key: string]: string } | undefined {
  return scope === SealingScope.STRICT ? undefined : { [`sealedsecrets.bitnami.com/${scope}`]: 'true' };
}

/**
 * The SealedSecret from which the controller makes the push Secret. The Secret gets none of the chart's labels: with
 * them, Argo CD would treat it as its own and prune it.
 */
export function createSealedSecret(
  scope: Construct,
  id: string,
  metadata: { readonly name: string; readonly namespace: string },
  sealed: SealedPassword,
): SealedSecret {
  const annotations = scopeAnnotations(sealed.scope);
  return new SealedSecret(scope, id, {
    metadata: { ...metadata, annotations },
    spec: {
      encryptedData: { '.dockerconfigjson': ciphertextFor(sealed, metadata.namespace) ?? '' },
      template: { type: 'kubernetes.io/dockerconfigjson', metadata: { ...metadata, annotations } },
    },
  });
}
