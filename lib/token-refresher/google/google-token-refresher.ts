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
  /** The hosts that the Secret logs in to: those of Artifact Registry, including the `gcr.io` hosts. */
  readonly registries: RegistryAddress[];
  /**
   * The identity that asks Google for tokens.
   *
   * @default GoogleIdentity.metadataServer()
   */
  readonly identity?: GoogleIdentity;
}

/**
 * Keeps a push Secret filled with fresh access tokens of Google, which live at most an hour. It has a CronJob, a Job
 * for the first token, and the fewest rights that this needs.
 *
 * The Secret is not part of the chart, so applying the chart again never replaces a fresh token with an old one. It has
 * its own labels, so that no tool treats it as the chart's, and annotations that say when it was refreshed and when it
 * expires.
 */
export class GoogleTokenRefresher extends TokenRefresher {
  /** The identity that asks Google for tokens. */
  readonly identity: GoogleIdentity;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: GoogleTokenRefresherProps) {
    const given = givenProps(props);
    const tokens = new GoogleTokens(given);
    super(scope, id, tokens, given as TokenRefresherProps);
    this.identity = tokens.identity;
  }
}
