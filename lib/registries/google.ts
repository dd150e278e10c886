import { Construct } from 'constructs';
import { LoginRegistryProps, ownLogin } from './own-login';
import { Registry, RegistryKind } from './registry';
import { validatePushHost, withoutColon } from '../images/image-reference';
import { PushTarget } from '../images/push-target';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME } from '../push-secret/google-key';
import { ValidationError, givenProps, invalid } from '../validation';

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
  imagePath: withoutColon,
  usernameDoubt: (username) =>
    USERNAMES.includes(username) ? undefined : `Google knows ${USERNAMES.join(', ')} alone`,
  validateTarget,
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
export class GoogleRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: GoogleRegistryProps) {
    const { host } = givenProps(props);
    super(scope, id, { kind: google, host, hostErrors: validateGoogleHost(host), ...ownLogin(props) });
  }
}

/** `gcr.io`, as Artifact Registry serves it since Container Registry took its last push on 18 March 2025. */
export class GcrRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: GcrRegistryProps) {
    super(scope, id, { kind: google, host: 'gcr.io', ...ownLogin(props) });
  }
}

function validateGoogleHost(host: string): ValidationError[] {
  const errors = validatePushHost(host);
  if (errors.length > 0 || google.canonicalHost(host) !== undefined) return errors;
  return invalid('mismatch', `${host} is no host of ${google.title}`);
}

function isGcr(host: string): boolean {
  return host === 'gcr.io' || host.endsWith('.gcr.io');
}

function validateTarget(target: PushTarget, host: string): ValidationError[] {
  const components = target.path.split('/');
  // The ":" of a domain-scoped project, `example.com:project`, is a "/" in image paths.
  const domain = components[0].includes('.') ? [components[0]] : [];
  const project = components[domain.length] ?? '';
  const errors: ValidationError[] = [];
  if (project !== '' && !PROJECT.test(project)) {
    const rule = '6 to 30 of a-z, 0-9 and "-", beginning with a letter';
    errors.push(...invalid('malformed', `${project} is no Google project id: ${rule}`));
  }
  const names = ['<project>', ...(isGcr(host) ? [] : ['<repository>']), ...(target.isPrefix ? [] : ['<image>'])];
  const levels = [...domain, ...names];
  if (components.length < levels.length || project === '') {
    const right = `\`${host}/${levels.join('/')}\``;
    const message = `on ${host} a ${target.isPrefix ? 'prefix' : 'repository'} is at least ${right}`;
    errors.push(...invalid('malformed', message));
  }
  return errors;
}
