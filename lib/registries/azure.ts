import { Construct } from 'constructs';
import { LoginRegistryProps } from './own-login';
import { loginOrTokens } from './own-tokens';
import { Registry, RegistryKind } from './registry';
import { validatePushHost } from '../images/image-reference';
import { AcrTokenRefresher } from '../token-refresher/azure/acr-token-refresher';
import { azureCloudOf, validateAcrHost } from '../token-refresher/azure/azure-cloud';
import { AzureIdentity } from '../token-refresher/azure/azure-identity';
import { CurlTokenRefresherOptions } from '../token-refresher/curl-options';
import { ValidationError, givenProps } from '../validation';

/** Azure Container Registry. */
export const azure: RegistryKind = {
  title: 'Azure Container Registry',
  className: 'AcrRegistry',
  canonicalHost: (host) => (azureCloudOf(host) === undefined ? undefined : host),
  validateHost: validateAcrHost,
  endpoint: (host) => `https://${host}`,
  validateTarget: () => [],
  create: (scope, id, host, props) => new AcrRegistry(scope, id, { ...props, host }),
};

/** Props of an `AcrRegistry`. */
export interface AcrRegistryProps extends LoginRegistryProps, CurlTokenRefresherOptions {
  /** The registry's login server: `<registry>.azurecr.io`, `.azurecr.cn` or `.azurecr.us`. */
  readonly host: string;
  /**
   * The identity that asks Azure for tokens, instead of `username` and `password` or `pushSecret`. A token refresher
   * then keeps the push Secret fresh.
   *
   * @default - none: pass a login or a push Secret
   */
  readonly identity?: AzureIdentity;
}

/**
 * A registry of Azure Container Registry, in any of Azure's clouds. With an identity, a token refresher keeps a token
 * in the push Secret. Without one, the login is that of a service principal, a repository-scoped token or the admin
 * user.
 *
 * @see https://learn.microsoft.com/azure/container-registry/container-registry-authentication
 */
export class AcrRegistry extends Registry {
  /** The token refresher of the push Secret. There is one only with `identity`. */
  readonly tokenRefresher?: AcrTokenRefresher;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: AcrRegistryProps) {
    const { host, identity } = givenProps(props);
    const hostErrors = validateHost(host);
    const login = loginOrTokens(
      'AcrRegistryProps',
      props,
      'AcrTokenRefresher',
      hostErrors.length === 0 ? host : undefined,
      (registry, name, own) => new AcrTokenRefresher(registry, name, { ...own, identity: identity! }),
    );
    super(scope, id, { kind: azure, host, hostErrors, ...login.setup });
    this.tokenRefresher = login.refresher();
  }
}

function validateHost(host: string): ValidationError[] {
  const errors = validatePushHost(host);
  return errors.length > 0 ? errors : validateAcrHost(host);
}
