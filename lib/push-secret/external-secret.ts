import { Construct } from 'constructs';
import { authsKey } from './docker-config';
import {
  ExternalSecret,
  ExternalSecretSpecData,
  ExternalSecretSpecDataRemoteRefConversionStrategy,
  ExternalSecretSpecDataRemoteRefDecodingStrategy,
  ExternalSecretSpecDataRemoteRefMetadataPolicy,
  ExternalSecretSpecDataSourceRefStoreRefKind,
  ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy,
  ExternalSecretSpecTargetTemplateEngineVersion,
  ExternalSecretSpecTargetTemplateMergePolicy,
} from '../../imports/external-secrets.io';
import { DEFAULT_REFRESH_INTERVAL, goDuration, validateRefreshInterval } from './refresh-interval';
import { unknownProps } from '../unknown-props';
import { ValidationError, ValidationErrors, invalid } from '../validation';
import { validateObjectName } from '../kubernetes/names';
import { redact } from '../redact';
import { validateText } from '../text';

/** The kinds of secret store. */
export enum SecretStoreKind {
  /** A store in the same namespace as the Secret. */
  SECRET_STORE = 'SecretStore',
  /** A store for the whole cluster. */
  CLUSTER_SECRET_STORE = 'ClusterSecretStore',
}

/**
 * A password in a secret store that the External Secrets Operator reads.
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export interface ExternalSecretSource {
  /** The name of the store. */
  readonly store: string;
  /**
   * The kind of the store.
   *
   * @default SecretStoreKind.SECRET_STORE
   */
  readonly storeKind?: SecretStoreKind;
  /** The entry in the store: a path in Vault, the name of a secret in a cloud's secret manager. */
  readonly key: string;
  /**
   * The property to read, if the entry holds several, as in Vault.
   *
   * @default - the whole value of the entry is the password
   */
  readonly property?: string;
  /**
   * How often the operator reads the store, in hours, minutes and seconds (`30m`, `1h30m`). With `0` it reads the store
   * only once.
   *
   * @default '1h'
   */
  readonly refreshInterval?: string;
}

/** A login whose password the External Secrets Operator fetches. */
export interface ExternalLogin {
  readonly host: string;
  readonly username: string;
  readonly source: ExternalSecretSource;
}

/** Checks the place of a password in a secret store. */
export function validateExternalSecret(source: ExternalSecretSource): ValidationError[] {
  if (typeof source !== 'object' || source === null) {
    return invalid('wrong-type', 'expected a mapping with `store` and `key`');
  }
  const errors = new ValidationErrors();
  errors.add([], unknownProps('ExternalSecretSource', source));
  errors.add('store', validateObjectName('store', source.store));
  if (source.storeKind !== undefined && !Object.values(SecretStoreKind).includes(source.storeKind)) {
    errors.add(
      'storeKind',
      invalid(
        'not-allowed',
        `${redact(source.storeKind)} is not a kind of store: expected SecretStore or ClusterSecretStore`,
      ),
    );
  }
  errors.add('key', validateEntry('the name of an entry in the store', source.key));
  if (source.property !== undefined) {
    errors.add('property', validateEntry('the name of a property of the entry', source.property));
  }
  if (source.refreshInterval !== undefined) {
    errors.add('refreshInterval', validateRefreshInterval(source.refreshInterval));
  }
  return errors.list;
}

function validateEntry(what: string, value: unknown): ValidationError[] {
  if (typeof value !== 'string' || value.trim() === '') return invalid('missing', `missing: expected ${what}`);
  return validateText(what, value);
}

/** Checks whether several logins fit into one ExternalSecret. */
export function validateExternalLogins(logins: readonly ExternalLogin[]): ValidationError[] {
  const intervals = new Set(
    logins.map(({ source }) => source.refreshInterval).filter((interval) => interval !== undefined),
  );
  if (intervals.size < 2) return [];
  return invalid(
    'conflict',
    `one ExternalSecret has one refreshInterval, but the logins have ${[...intervals].join(', ')}: use the same one for all`,
  );
}

/**
 * The ExternalSecret from which the operator makes the push Secret in the same namespace.
 *
 * It spells out what the operator or the API server would fill in, in the form in which they write it. Otherwise GitOps
 * tools would always see a difference. The Secret gets none of the chart's labels or annotations: with them, Argo CD
 * would treat the Secret as its own and prune it.
 *
 * @see https://github.com/external-secrets/external-secrets/issues/5895
 * @see https://github.com/external-secrets/external-secrets/issues/5390
 */
export function createExternalSecret(
  scope: Construct,
  id: string,
  metadata: { readonly name: string; readonly namespace: string },
  logins: readonly ExternalLogin[],
): ExternalSecret {
  const first = logins[0].source;
  const interval = logins.map(({ source }) => source.refreshInterval).find((given) => given !== undefined);
  return new ExternalSecret(scope, id, {
    metadata,
    spec: {
      secretStoreRef: { name: first.store, kind: STORE_REF_KIND[storeKind(first)] },
      refreshInterval: goDuration(interval ?? DEFAULT_REFRESH_INTERVAL),
      target: {
        name: metadata.name,
        creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER,
        // Keep the Secret if the store cannot be read or has lost the entry.
        deletionPolicy: ExternalSecretSpecTargetDeletionPolicy.RETAIN,
        template: {
          engineVersion: ExternalSecretSpecTargetTemplateEngineVersion.V2,
          mergePolicy: ExternalSecretSpecTargetTemplateMergePolicy.REPLACE,
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': dockerConfigTemplate(logins) },
        },
      },
      data: logins.map(({ source }, i) => remoteValue(source, secretKey(i), first)),
    },
  });
}

const STORE_REF_KIND = {
  [SecretStoreKind.SECRET_STORE]: ExternalSecretSpecSecretStoreRefKind.SECRET_STORE,
  [SecretStoreKind.CLUSTER_SECRET_STORE]: ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE,
};
const SOURCE_REF_KIND = {
  [SecretStoreKind.SECRET_STORE]: ExternalSecretSpecDataSourceRefStoreRefKind.SECRET_STORE,
  [SecretStoreKind.CLUSTER_SECRET_STORE]: ExternalSecretSpecDataSourceRefStoreRefKind.CLUSTER_SECRET_STORE,
};

function storeKind(source: ExternalSecretSource): SecretStoreKind {
  return source.storeKind ?? SecretStoreKind.SECRET_STORE;
}

/** The name of a password in the template. A Go template's `.name` cannot contain a dash or a dot. */
function secretKey(index: number): string {
  return index === 0 ? 'password' : `password${index + 1}`;
}

function remoteValue(source: ExternalSecretSource, key: string, first: ExternalSecretSource): ExternalSecretSpecData {
  const sameStore = source.store === first.store && storeKind(source) === storeKind(first);
  return {
    secretKey: key,
    remoteRef: {
      key: source.key,
      property: source.property,
      conversionStrategy: ExternalSecretSpecDataRemoteRefConversionStrategy.DEFAULT,
      decodingStrategy: ExternalSecretSpecDataRemoteRefDecodingStrategy.NONE,
      metadataPolicy: ExternalSecretSpecDataRemoteRefMetadataPolicy.NONE,
    },
    sourceRef: sameStore ? undefined : { storeRef: { name: source.store, kind: SOURCE_REF_KIND[storeKind(source)] } },
  };
}

/**
 * The docker config as a Go template. The password appears only in base64, so that quotes in a key file cannot break
 * the JSON. The user name is a string literal of the template, so that braces and quotes in it are not read as syntax.
 * A newline at the end of the stored value is removed, as it is for a file.
 *
 * @see https://external-secrets.io/latest/guides/templating/
 */
export function dockerConfigTemplate(logins: readonly Pick<ExternalLogin, 'host' | 'username'>[]): string {
  const entries = logins.map(({ host, username }, i) => {
    const password = `(.${secretKey(i)} | trimSuffix "\\n" | trimSuffix "\\r")`;
    // Go has the same escapes as JSON.
    const auth = `{{ printf "%s:%s" ${JSON.stringify(username)} ${password} | b64enc }}`;
    return `${JSON.stringify(authsKey(host))}:{"auth":"${auth}"}`;
  });
  return `{"auths":{${entries.join(',')}}}`;
}
