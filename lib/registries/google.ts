import { Construct } from 'constructs';
import { PushTarget } from '../images/push-target';
import { LoginRegistry, LoginRegistryProps } from './login-registry';
import { RegistryKind } from './registry';
import { givenProps } from '../validation';
import { pushHostFaults } from '../images/image-reference';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME } from '../push-secret/google-key';

/** @see https://cloud.google.com/resource-manager/docs/creating-managing-projects */
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** @see https://cloud.google.com/artifact-registry/docs/docker/authentication */
const USERNAMES = [GOOGLE_KEY_USERNAME, GOOGLE_KEY_BASE64_USERNAME, 'oauth2accesstoken'];

/** Google Artifact Registry, and the `gcr.io` hosts that it serves. */
export const google: RegistryKind = {
  title: 'Google',
  className: 'GoogleRegistry',
  canonicalHost: (host) => (isGcr(host) || /^[a-z0-9-]+-docker\.pkg\.dev$/.test(host) ? host : undefined),
  endpoint: (host) => `https://${host}`,
  usernameDoubt: (username) =>
    USERNAMES.includes(username) ? undefined : `Google knows ${USERNAMES.join(', ')} alone`,
  targetFaults,
  create: (scope, id, host, props) => new GoogleRegistry(scope, id, { ...props, host }),
};

/** Props of a `GcrRegistry`. */
export interface GcrRegistryProps extends LoginRegistryProps {}

/** Props of a `GoogleRegistry`. */
export interface GoogleRegistryProps extends LoginRegistryProps {
  /** The host: `<location>-docker.pkg.dev`, `gcr.io`, `us.gcr.io`, `eu.gcr.io` or `asia.gcr.io`. */
  readonly host: string;
}

/**
 * Google Artifact Registry under any of its hosts. With the user name `_json_key` the password is a service account's
 * key file; with `_json_key_base64` that file in base64; with `oauth2accesstoken` an access token of about an hour.
 *
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication
 */
export class GoogleRegistry extends LoginRegistry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: GoogleRegistryProps) {
    const { host } = givenProps(props);
    super(scope, id, { kind: google, host, hostFaults: hostFaults(host), props });
  }
}

/** `gcr.io`, as Artifact Registry serves it since Container Registry took its last push on 18 March 2025. */
export class GcrRegistry extends LoginRegistry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: GcrRegistryProps) {
    super(scope, id, { kind: google, host: 'gcr.io', props });
  }
}

function hostFaults(host: string): string[] {
  const faults = pushHostFaults(host);
  if (faults.length > 0 || google.canonicalHost(host) !== undefined) return faults;
  return [`${host} is no host of ${google.title}`];
}

function isGcr(host: string): boolean {
  return host === 'gcr.io' || host.endsWith('.gcr.io');
}

function targetFaults(target: PushTarget, host: string): string[] {
  const components = target.path.split('/');
  // The ":" of a domain-scoped project, `example.com:project`, is a "/" in image paths.
  const projectLength = components[0].includes('.') ? 2 : 1;
  const project = components[projectLength - 1] ?? '';
  const faults: string[] = [];
  if (!PROJECT.test(project)) {
    faults.push(
      `${project === '' ? components[0] : project} is no Google project id: 6 to 30 of a-z, 0-9 and "-", beginning with a letter`,
    );
  }
  const levels = ['<project>', ...(isGcr(host) ? [] : ['<repository>']), ...(target.isPrefix ? [] : ['<image>'])];
  if (components.length < levels.length + projectLength - 1) {
    faults.push(
      `on ${host} a ${target.isPrefix ? 'prefix' : 'repository'} is at least \`${host}/${levels.join('/')}\``,
    );
  }
  return faults;
}
