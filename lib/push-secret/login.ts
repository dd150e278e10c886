import { loginHost } from './docker-config';
import { LoginPart } from './login-part';
import { PasswordSource, ReadPassword } from './password-source';
import { validateUsername } from './username';
import { validateHost } from '../images/image-reference';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, givenProps, invalid } from '../validation';

/** Props of a `RegistryLogin`. */
export interface RegistryLoginProps {
  /** The registry's host as image references write it, with the port if it has one: `docker.io`, `gcr.io`. */
  readonly host: string;
  /** The user name. It cannot contain `:`. */
  readonly username: string;
  /** Where the password comes from. */
  readonly password: PasswordSource;
}

/** A login to one registry. */
export class RegistryLogin {
  /**
   * Checks the user name and the password, and puts a Google key file on one line.
   *
   * @param props the props
   * @throws an error that lists everything wrong with the props. It shows no password.
   */
  static of(props: RegistryLoginProps): RegistryLogin {
    const { host, username, password } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('RegistryLoginProps', props));
    errors.add('host', validateHost(host));
    errors.add('username', validateUsername(username));
    const read = readPassword(String(host), username, password);
    errors.add('password', read.errors);
    errors.throwIfAny('RegistryLogin');
    return new RegistryLogin(loginHost(host), username, password, read.part!);
  }

  readonly #part: LoginPart;

  private constructor(
    /** The registry's host as image references write it: `docker.io` for every alias of Docker Hub. */
    readonly host: string,
    /** The user name. */
    readonly username: string,
    /** Where the password comes from. */
    readonly password: PasswordSource,
    part: LoginPart,
  ) {
    this.#part = part;
  }

  /** @internal */
  get _part(): LoginPart {
    return this.#part;
  }
}

function readPassword(host: string, username: string, password: unknown): ReadPassword {
  if (password instanceof PasswordSource) return password._read(loginHost(host), username);
  return {
    errors: invalid('wrong-type', 'expected a PasswordSource, like PasswordSource.fromEnv(variable)'),
  };
}
