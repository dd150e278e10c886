import { Construct } from 'constructs';
import { OwnPushSecret, OwnPushSecretProps, RegistryProps, RegistrySetup } from './registry';
import { RegistryLogin } from '../push-secret/login';
import { PasswordSource } from '../push-secret/password-source';
import { IPushSecret, PushSecret } from '../push-secret/push-secret';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, ValuePath, givenProps, invalid } from '../validation';

/** Props of a registry with a user name and a password. */
export interface LoginRegistryProps extends RegistryProps {
  /**
   * The user name. It goes with `password` and replaces `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly username?: string;
  /**
   * The password. It goes with `username` and replaces `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly password?: PasswordSource;
}

/**
 * Checks that a registry has a login or a push Secret, and makes the push Secret from the login.
 *
 * @param type the props interface of the registry
 */
export function ownLogin(
  type: string,
  given: LoginRegistryProps,
): Pick<RegistrySetup, 'errors' | 'ownPushSecret' | 'props'> {
  const props = givenProps(given);
  const { username, password, pushSecret } = props;
  const errors = new ValidationErrors();
  errors.add([], unknownProps(type, props));
  if (username === undefined && password === undefined) {
    if (pushSecret === undefined) {
      errors.add(
        'pushSecret',
        invalid('missing', 'the registry has no login: pass `pushSecret`, or `username` and `password`'),
      );
    }
    return { props, errors: errors.list };
  }
  if (pushSecret !== undefined) {
    const message = '`username` and `password` have no effect beside it: remove them, or remove `pushSecret`';
    errors.add('pushSecret', invalid('conflict', message));
  }
  for (const [prop, value] of Object.entries({ username, password })) {
    if (value === undefined) {
      errors.add(prop, invalid('missing', 'missing: `username` and `password` are needed together'));
    }
  }
  const isLogin = username !== undefined && password !== undefined;
  return { props, errors: errors.list, ownPushSecret: isLogin ? new OwnLogin(username, password) : undefined };
}

class OwnLogin implements OwnPushSecret {
  constructor(
    private readonly username: string,
    private readonly password: PasswordSource,
  ) {}

  create(registry: Construct, { host, secretName, namespaces }: OwnPushSecretProps): IPushSecret {
    const { username, password } = this;
    const errors = new ValidationErrors();
    const login = errors.collect(() => RegistryLogin.of({ host, username, password }));
    const logins = login === undefined ? [] : [login];
    const pushSecret = errors.collect(
      () => new PushSecret(registry, 'push-secret', { secretName, namespaces, logins }),
    );
    errors.throwIfAny('PushSecret');
    return pushSecret!;
  }

  propOf(path: ValuePath): ValuePath | undefined {
    const [first, ...rest] = path;
    // Errors of PushSecret about its one login concern the password, the only part that can conflict with a name.
    if (first === 'logins') return rest[1] === undefined ? undefined : [rest[1]];
    return first === 'host' || first === 'secretName' ? undefined : path;
  }
}
