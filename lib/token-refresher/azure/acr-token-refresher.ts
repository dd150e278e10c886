import { Construct } from 'constructs';
import { AcrTokens } from './acr-tokens';
import { AzureIdentity } from './azure-identity';
import { givenProps } from '../../validation';
import { CurlTokenRefresherOptions } from '../curl-options';
import { TokenRefresherProps } from '../options';
import { RegistryAddress } from '../registry-address';
import { TokenRefresher } from '../token-refresher';

/** Props of an `AcrTokenRefresher`. */
export interface AcrTokenRefresherProps extends CurlTokenRefresherOptions, TokenRefresherProps {
  /** The registries that the Secret logs in to, all in one cloud of Azure. */
  readonly registries: RegistryAddress[];
  /** Who asks Azure for tokens. */
  readonly identity: AzureIdentity;
}

/**
 * Keeps a push Secret with fresh tokens of Azure Container Registry, which live an hour or more: a CronJob, a Job for
 * the first token, and the least rights to do it.
 *
 * The Secret is no object of the chart: applying the chart again never takes a token back. It carries labels of its own,
 * so that no tool takes it for the chart's, and annotations that say when it was refreshed and when it expires.
 */
export class AcrTokenRefresher extends TokenRefresher {
  /** Who asks Azure for tokens. */
  readonly identity: AzureIdentity;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: AcrTokenRefresherProps) {
    const given = givenProps(props);
    super(scope, id, new AcrTokens(given), given as TokenRefresherProps);
    this.identity = given.identity;
  }
}
