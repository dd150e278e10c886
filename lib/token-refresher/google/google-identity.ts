import { redact } from '../../redact';
import { ValidationError, ValidationErrors, invalid } from '../../validation';

/** How the refresher's pod authenticates to Google. The values are what the script reads. */
export enum GoogleIdentityKind {
  /** Workload Identity Federation: any cluster whose keys Google knows. */
  WORKLOAD_IDENTITY = 'workload-identity',
  /** GKE's metadata server. */
  METADATA_SERVER = 'metadata-server',
}

const PROVIDER =
  /^projects\/[1-9][0-9]*\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;
const PROVIDER_RULE =
  '`projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`, with the number of the project';
/** @see https://cloud.google.com/iam/docs/service-account-types */
const SERVICE_ACCOUNT = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+gserviceaccount\.com$/;

/**
 * The identity under which the refresher asks Google for tokens.
 *
 * @see https://cloud.google.com/iam/docs/workload-identity-federation
 */
export class GoogleIdentity {
  /**
   * The pod's own token, exchanged at Google. Any cluster can have it, and no key is involved.
   *
   * @param provider `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`
   * @param serviceAccount the e-mail address of a service account to impersonate; without it the pod's own principal has
   * the rights
   * @throws Error that lists what is wrong with the two
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
   * GKE's metadata server, with Workload Identity enabled on the cluster. It hands out a token until five minutes before
   * its end: with a service account to impersonate, each token is fresh.
   *
   * @param serviceAccount the e-mail address of a service account to impersonate
   * @throws Error when that is no e-mail address of a service account
   */
  static metadataServer(serviceAccount?: string): GoogleIdentity {
    const errors = new ValidationErrors();
    errors.add('serviceAccount', validateServiceAccount(serviceAccount));
    errors.throwIfAny('GoogleIdentity');
    return new GoogleIdentity(GoogleIdentityKind.METADATA_SERVER, undefined, serviceAccount);
  }

  private constructor(
    /** How the pod gets the identity. */
    readonly kind: GoogleIdentityKind,
    /** The provider, as `projects/...`; with `workloadIdentity` alone. */
    readonly provider: string | undefined,
    /** The service account that is impersonated, if there is one. */
    readonly serviceAccount: string | undefined,
  ) {}
}

/** Google's own pages show the path with and without the service before it. */
function withoutScheme(provider: string): string {
  return typeof provider === 'string' ? provider.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '') : provider;
}

function validateProvider(provider: unknown): ValidationError[] {
  if (typeof provider === 'string' && PROVIDER.test(provider)) return [];
  return invalid('malformed', `${redact(provider)} is no path of a workload identity provider: ${PROVIDER_RULE}`);
}

function validateServiceAccount(email: unknown): ValidationError[] {
  if (email === undefined || (typeof email === 'string' && SERVICE_ACCOUNT.test(email))) return [];
  const example = '`push@example-project.iam.gserviceaccount.com`';
  return invalid('malformed', `${redact(email)} is no e-mail address of a service account: like ${example}`);
}
