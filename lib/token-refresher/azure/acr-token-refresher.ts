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
  /** The registries that the Secret logs in to, all in the same cloud of Azure. */
  readonly registries: RegistryAddress[];
  /** The identity that asks Azure for tokens. */
  readonly identity: AzureIdentity;
}

/**
 * Keeps a push Secret filled with fresh tokens of Azure Container Registry, which live an hour or more. It has a
 * CronJob, a Job for the first token, and the fewest rights that this needs.
 *
 * The Secret is not part of the chart, so applying the chart again never replaces a fresh token with an old one. It has
 * its own labels, so that no tool treats it as the chart's, and annotations that say when it was refreshed and when it
 * expires.
 */
export class AcrTokenRefresher extends TokenRefresher {
  /** The identity that asks Azure for tokens. */
  readonly identity: AzureIdentity;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: AcrTokenRefresherProps) {
    const given = givenProps(props);
    super(scope, id, new AcrTokens(given), given as TokenRefresherProps);
    this.identity = given.identity;
  }
}
