import { Construct } from 'constructs';
import { GoogleIdentity } from './google-identity';
import { GoogleTokens } from './google-tokens';
import { givenProps } from '../../validation';
import { CurlTokenRefresherOptions } from '../curl-options';
import { TokenRefresherProps } from '../options';
import { RegistryAddress } from '../registry-address';
import { TokenRefresher } from '../token-refresher';

/** Props of a `GoogleTokenRefresher`. */
export interface GoogleTokenRefresherProps extends CurlTokenRefresherOptions, TokenRefresherProps {
  /** The hosts that the Secret logs in to: those of Artifact Registry, and `gcr.io` with its regions. */
  readonly registries: RegistryAddress[];
  /**
   * Who asks Google for tokens.
   *
   * @default GoogleIdentity.metadataServer()
   */
  readonly identity?: GoogleIdentity;
}

/**
 * Keeps a push Secret with fresh access tokens of Google, which live an hour at most: a CronJob, a Job for the first
 * token, and the least rights to do it.
 *
 * The Secret is no object of the chart: applying the chart again never takes a token back. It carries labels of its own,
 * so that no tool takes it for the chart's, and annotations that say when it was refreshed and when it expires.
 */
export class GoogleTokenRefresher extends TokenRefresher {
  /** Who asks Google for tokens. */
  readonly identity: GoogleIdentity;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: GoogleTokenRefresherProps) {
    const given = givenProps(props);
    const tokens = new GoogleTokens(given);
    super(scope, id, tokens, given as TokenRefresherProps);
    this.identity = tokens.identity;
  }
}
