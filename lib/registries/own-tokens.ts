import { Construct } from 'constructs';
import { LoginRegistryProps, ownLogin } from './own-login';
import { OwnPushSecret, OwnPushSecretProps, RegistrySetup } from './registry';
import { PushTarget } from '../images/push-target';
import { CurlTokenRefresherOptions } from '../token-refresher/curl-options';
import { TokenRefresherProps } from '../token-refresher/options';
import { RegistryAddress } from '../token-refresher/registry-address';
import { TokenRefresher } from '../token-refresher/token-refresher';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, ValuePath, givenProps, invalid } from '../validation';

/** Props of a registry with a user name and a password, or with tokens. */
interface LoginOrTokensProps extends LoginRegistryProps, CurlTokenRefresherOptions {
  readonly identity?: object;
}

/** The props of such a registry's refresher. */
type RefresherProps = CurlTokenRefresherOptions & TokenRefresherProps & { readonly registries: RegistryAddress[] };

/** The result of `ownLogin`, and the refresher once the registry is made, if it has one. */
export interface LoginOrTokens<Refresher> {
  readonly setup: Pick<RegistrySetup, 'errors' | 'ownPushSecret' | 'props'>;
  refresher(): Refresher | undefined;
}

/**
 * The push Secret of a registry: with tokens if there is an identity, otherwise like any registry with a login.
 *
 * @param type the props interface of the registry
 * @param className the class of the refresher, for messages
 * @param host the registry's host, if it is valid
 */
export function loginOrTokens<Refresher extends TokenRefresher>(
  type: string,
  given: LoginOrTokensProps,
  className: string,
  host: string | undefined,
  make: (scope: Construct, id: string, props: RefresherProps) => Refresher,
): LoginOrTokens<Refresher> {
  const props = givenProps(given);
  const errors = new ValidationErrors();
  if (props.identity === undefined) {
    const { ownPushSecret, errors: loginErrors = [] } = ownLogin(type, props);
    for (const option of REFRESHER_OPTIONS) {
      if (props[option] === undefined) continue;
      errors.add(option, invalid('no-effect', `has no effect, as no ${className} is made: pass an \`identity\` too`));
    }
    return { setup: { props, errors: [...loginErrors, ...errors.list], ownPushSecret }, refresher: () => undefined };
  }
  errors.add([], unknownProps(type, props));
  for (const prop of ['username', 'password', 'pushSecret'] as const) {
    if (props[prop] === undefined) continue;
    const message = 'has no effect beside `identity`, whose tokens are the login: remove one of the two';
    errors.add(prop, invalid('conflict', message));
  }
  const own = new OwnTokens(props, host, make);
  // The registry itself reports what is wrong with the host.
  const ownPushSecret = host === undefined || errors.list.length > 0 ? undefined : own;
  return { setup: { props, errors: errors.list, ownPushSecret }, refresher: () => own.made };
}

class OwnTokens<Refresher extends TokenRefresher> implements OwnPushSecret {
  made?: Refresher;

  constructor(
    private readonly props: LoginOrTokensProps,
    private readonly host: string | undefined,
    private readonly make: (scope: Construct, id: string, props: RefresherProps) => Refresher,
  ) {}

  create(registry: Construct, { name, secretName, namespaces }: OwnPushSecretProps): Refresher {
    const { target, schedule, images, pod, alert, pushCheck, admissionPolicy, identity } = this.props;
    const targets = target instanceof PushTarget ? [target] : [];
    const registries = [RegistryAddress.of({ host: this.host!, targets })];
    const chosen = {
      identity,
      schedule,
      images,
      pod,
      alert,
      pushCheck,
      admissionPolicy,
      secretName: this.props.secretName ?? secretName,
    };
    this.made = this.make(registry, 'token-refresher', { ...chosen, registries, name, namespaces });
    return this.made;
  }

  propOf(path: ValuePath): ValuePath | undefined {
    const [first] = path;
    if (first === 'secretName' && this.props.secretName === undefined) return undefined;
    // The registry itself checks its host, its target and its name.
    return first === 'name' || first === 'registries' ? undefined : path;
  }
}

const REFRESHER_OPTIONS = ['secretName', 'schedule', 'images', 'pod', 'alert', 'pushCheck', 'admissionPolicy'] as const;
