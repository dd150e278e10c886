import { Construct } from 'constructs';
import { LoginRegistryProps } from './own-login';
import { loginOrTokens } from './own-tokens';
import { Registry, RegistryKind } from './registry';
import { withoutColon } from '../images/image-reference';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME } from '../push-secret/google-key';
import { CurlTokenRefresherOptions } from '../token-refresher/curl-options';
import { isGoogleHost, validateGoogleHost, validateGoogleTarget } from '../token-refresher/google/google-host';
import { GoogleIdentity } from '../token-refresher/google/google-identity';
import { GoogleTokenRefresher } from '../token-refresher/google/google-token-refresher';
import { givenProps } from '../validation';

/** @see https://cloud.google.com/artifact-registry/docs/docker/authentication */
const USERNAMES = [GOOGLE_KEY_USERNAME, GOOGLE_KEY_BASE64_USERNAME, 'oauth2accesstoken'];

/** Google Artifact Registry, and the `gcr.io` hosts that it serves. */
export const google: RegistryKind = {
  title: 'Google',
  className: 'GoogleRegistry',
  canonicalHost: (host) => (isGoogleHost(host) ? host : undefined),
  endpoint: (host) => `https://${host}`,
  imagePath: withoutColon,
  usernameDoubt: (username) =>
    USERNAMES.includes(username) ? undefined : `Google knows ${USERNAMES.join(', ')} alone`,
  validateTarget: validateGoogleTarget,
  create: (scope, id, host, props) => new GoogleRegistry(scope, id, { ...props, host }),
};

/** Props of a `GcrRegistry`. */
export interface GcrRegistryProps extends LoginRegistryProps, CurlTokenRefresherOptions {
  /**
   * The identity that asks Google for tokens, instead of `username` and `password` or `pushSecret`. A token refresher
   * then keeps the push Secret fresh.
   *
   * @default - none: pass a login or a push Secret
   */
  readonly identity?: GoogleIdentity;
}

/** Props of a `GoogleRegistry`. */
export interface GoogleRegistryProps extends GcrRegistryProps {
  /**
   * The registry's host: `<location>-docker.pkg.dev`, `docker.<region>.rep.pkg.dev`, `gcr.io`, `us.gcr.io`, `eu.gcr.io`
   * or `asia.gcr.io`.
   */
  readonly host: string;
}

/**
 * Google Artifact Registry under any of its hosts. With an identity, a token refresher keeps a token in the push
 * Secret. With the user name `_json_key` the password is the key file of a service account, with `_json_key_base64` it
 * is that file in base64, and with `oauth2accesstoken` it is an access token that lives about an hour.
 *
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication
 */
export class GoogleRegistry extends Registry {
  /** The token refresher of the push Secret. There is one only with `identity`. */
  readonly tokenRefresher?: GoogleTokenRefresher;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: GoogleRegistryProps) {
    const { host } = givenProps(props);
    const hostErrors = validateGoogleHost(host);
    const login = googleLogin('GoogleRegistryProps', props, hostErrors.length === 0 ? host : undefined);
    super(scope, id, { kind: google, host, hostErrors, ...login.setup });
    this.tokenRefresher = login.refresher();
  }
}

/**
 * The host `gcr.io`. Artifact Registry serves it since Container Registry stopped accepting pushes on 18 March 2025.
 */
export class GcrRegistry extends Registry {
  /** The token refresher of the push Secret. There is one only with `identity`. */
  readonly tokenRefresher?: GoogleTokenRefresher;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: GcrRegistryProps) {
    const login = googleLogin('GcrRegistryProps', props, 'gcr.io');
    super(scope, id, { kind: google, host: 'gcr.io', ...login.setup });
    this.tokenRefresher = login.refresher();
  }
}

function googleLogin(type: string, props: GcrRegistryProps, host: string | undefined) {
  const { identity } = givenProps(props);
  return loginOrTokens(
    type,
    props,
    'GoogleTokenRefresher',
    host,
    (registry, id, own) => new GoogleTokenRefresher(registry, id, { ...own, identity }),
  );
}
