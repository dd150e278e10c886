import { validateGoogleHost, validateGoogleTarget } from './google-host';
import { GoogleIdentity } from './google-identity';
import { GOOGLE_IDENTITY } from './google-identity-sh';
import { GOOGLE_TOKENS } from './google-tokens-sh';
import { unknownProps } from '../../unknown-props';
import { ValidationError, ValidationErrors, at, invalid } from '../../validation';
import { CURL, checkAddresses, curlScripts, pushTargetsOf } from '../curl-cloud';
import { RegistryAddress } from '../registry-address';
import { TokenCloud, TokenSource } from '../token-cloud';
import { POD_TOKEN_FILE } from '../variables';

/** What the frame must know about Google. */
export const GOOGLE: TokenCloud = {
  ...CURL,
  title: 'Google',
  tokenTitle: 'access token',
  alertPrefix: 'GoogleToken',
  // @see https://cloud.google.com/artifact-registry/docs/docker/authentication#token
  username: 'oauth2accesstoken',
  life: { minutes: 60, inWords: 'one hour', everyMinutes: 15, mostRunsAnHour: 12 },
  container: 'google',
  scripts: curlScripts(GOOGLE_IDENTITY, GOOGLE_TOKENS),
  // the metadata server caches tokens
  repeatsTokens: true,
};

/** The access token that one refresher asks for. It is the same for all hosts. */
export class GoogleTokens implements TokenSource {
  readonly cloud = GOOGLE;
  readonly errors: readonly ValidationError[];
  readonly registries: readonly RegistryAddress[];
  readonly identity: GoogleIdentity;
  readonly variablesFrom = [];

  constructor(props: { readonly registries: RegistryAddress[]; readonly identity?: GoogleIdentity }) {
    const errors = new ValidationErrors();
    errors.add([], unknownProps('GoogleTokenRefresherProps', props));
    this.registries = checkAddresses(props.registries, validateAddress, errors);
    this.identity = props.identity ?? GoogleIdentity.metadataServer();
    if (!(this.identity instanceof GoogleIdentity)) {
      const message = 'expected a GoogleIdentity, like GoogleIdentity.workloadIdentity(provider)';
      errors.add('identity', invalid('wrong-type', message));
    }
    this.errors = errors.list;
  }

  get hosts(): string[] {
    return this.registries.map(({ host }) => host);
  }

  get requests(): string[] {
    return this.hosts.map((host) => `${this.key}=${host}`);
  }

  get pushTargets(): string[] {
    return pushTargetsOf(this.registries, () => this.key);
  }

  /** @see https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes */
  get audience(): string | undefined {
    const { provider } = this.identity;
    return provider === undefined ? undefined : `https://iam.googleapis.com/${provider}`;
  }

  get variables(): TokenSource['variables'] {
    const { kind, provider, serviceAccount } = this.identity;
    return {
      IDENTITY: kind,
      GOOGLE_PROVIDER: provider,
      GOOGLE_SERVICE_ACCOUNT: serviceAccount,
      POD_TOKEN_FILE: provider === undefined ? undefined : POD_TOKEN_FILE,
    };
  }

  /** One token is for all hosts. */
  private get key(): string {
    return this.hosts.join(',');
  }
}

function validateAddress({ host, targets }: RegistryAddress): ValidationError[] {
  const errors = at(['host'], validateGoogleHost(host));
  if (errors.length > 0) return errors;
  return targets.flatMap((target, i) => at(['targets', i], validateGoogleTarget(target, host)));
}
