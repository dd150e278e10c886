import { Construct } from 'constructs';
import { OwnPushSecretProps, Registry, RegistryProps, RegistrySetup } from './registry';
import { Faults, givenProps } from '../validation';
import { passwordFaults } from '../push-secret/login';
import { PasswordSource } from '../push-secret/password-source';
import { PushSecret } from '../push-secret/push-secret';
import { usernameFaults } from '../push-secret/username';

/** Props of a registry that is logged in to with a user name and a password. */
export interface LoginRegistryProps extends RegistryProps {
  /**
   * The user name; together with `password`, in place of `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly username?: string;
  /**
   * The password; together with `username`, in place of `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly password?: PasswordSource;
}

/** What the class of one kind of registry with a login tells the base class. */
export interface LoginRegistrySetup extends Omit<RegistrySetup, 'createPushSecret'> {
  readonly props: LoginRegistryProps;
}

/**
 * A registry with a user name and a password.
 *
 * @internal the public face of it is `IRegistry`
 */
export abstract class LoginRegistry extends Registry {
  protected constructor(scope: Construct, id: string, setup: LoginRegistrySetup) {
    const props = givenProps(setup.props);
    super(scope, id, {
      ...setup,
      checkMore: (faults) => {
        checkLogin(props, faults);
        setup.checkMore?.(faults);
      },
      createPushSecret: (registry, defaults) => createPushSecret(registry, defaults, props),
    });
  }
}

function checkLogin({ username, password, pushSecret }: LoginRegistryProps, faults: Faults): void {
  if (username === undefined && password === undefined) {
    if (pushSecret === undefined) {
      faults.add('pushSecret', 'none given: pass `pushSecret`, or `username` and `password`');
    }
    return;
  }
  if (pushSecret !== undefined) {
    faults.add('pushSecret', 'beside it `username` and `password` are without effect: leave one or the other out');
  }
  for (const [prop, value] of Object.entries({ username, password })) {
    if (value === undefined) faults.add(prop, 'missing: `username` and `password` go together');
  }
  if (username !== undefined) faults.add('username', ...usernameFaults(username));
  if (username !== undefined && password !== undefined) faults.add('password', ...passwordFaults(username, password));
}

function createPushSecret(
  registry: Construct,
  { host, secretName, namespaces }: OwnPushSecretProps,
  { username, password }: LoginRegistryProps,
): PushSecret {
  const login = { host, username: username!, password: password! };
  return new PushSecret(registry, 'push-secret', { secretName, namespaces, logins: [login] });
}
