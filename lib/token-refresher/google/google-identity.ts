import { redact } from '../../redact';
import { ValidationError, ValidationErrors, invalid } from '../../validation';

/** How the refresher's pod authenticates to Google. The script reads these values. */
export enum GoogleIdentityKind {
  /** Workload Identity Federation, in any cluster whose keys Google knows. */
  WORKLOAD_IDENTITY = 'workload-identity',
  /** The metadata server of GKE. */
  METADATA_SERVER = 'metadata-server',
}

const PROVIDER =
  /^projects\/[1-9][0-9]*\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;
const PROVIDER_RULE =
  '`projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`, with the number of the project, and a pool and a provider of 4 to 32 characters each';
/** @see https://cloud.google.com/iam/docs/service-account-types */
const SERVICE_ACCOUNT = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+gserviceaccount\.com$/;

/**
 * The identity with which the refresher asks Google for tokens.
 *
 * @see https://cloud.google.com/iam/docs/workload-identity-federation
 */
export class GoogleIdentity {
  /**
   * The pod's own token, which Google exchanges for an access token. It works in any cluster and needs no key.
   *
   * @param provider `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`
   * @param serviceAccount the e-mail address of a service account to impersonate. Without it, the pod's own principal
   * needs the rights
   * @throws an error that lists what is wrong with the arguments
   */
  static workloadIdentity(provider: string, serviceAccount?: string): GoogleIdentity {
    const path = withoutScheme(provider);
    const errors = new ValidationErrors();
    errors.add('provider', validateProvider(path));
    errors.add('serviceAccount', validateServiceAccount(serviceAccount));
    errors.throwIfAny('GoogleIdentity');
    return new GoogleIdentity(GoogleIdentityKind.WORKLOAD_IDENTITY, path, serviceAccount);
  }

  /**
   * The metadata server of GKE, on a cluster with Workload Identity enabled. It may return a token that expires in five
   * minutes. With a service account to impersonate, each token is fresh.
   *
   * @param serviceAccount the e-mail address of a service account to impersonate
   * @throws an error if it is not the e-mail address of a service account
   */
  static metadataServer(serviceAccount?: string): GoogleIdentity {
    const errors = new ValidationErrors();
    errors.add('serviceAccount', validateServiceAccount(serviceAccount));
    errors.throwIfAny('GoogleIdentity');
    return new GoogleIdentity(GoogleIdentityKind.METADATA_SERVER, undefined, serviceAccount);
  }

  private constructor(
    /** The way in which the pod authenticates. */
    readonly kind: GoogleIdentityKind,
    /** The provider, as `projects/...`. Only `workloadIdentity` has one. */
    readonly provider: string | undefined,
    /** The service account that is impersonated, if there is one. */
    readonly serviceAccount: string | undefined,
  ) {}
}

/** Google's docs show the path with and without the service before it. */
function withoutScheme(provider: string): string {
  return typeof provider === 'string' ? provider.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '') : provider;
}

function validateProvider(provider: unknown): ValidationError[] {
  if (typeof provider === 'string' && PROVIDER.test(provider)) return [];
  return invalid(
    'malformed',
    `${redact(provider)} is not the path of a workload identity provider: expected ${PROVIDER_RULE}`,
  );
}

function validateServiceAccount(email: unknown): ValidationError[] {
  if (email === undefined || (typeof email === 'string' && SERVICE_ACCOUNT.test(email))) return [];
  const example = '`push@example-project.iam.gserviceaccount.com`';
  return invalid(
    'malformed',
    `${redact(email)} is not the e-mail address of a service account: expected one like ${example}`,
  );
}
