import * as fs from 'fs';
import { ExternalSecretSource, externalSecretFaults } from './external-secret';
import { SealedPassword, sealedPasswordFaults } from './sealed-secret';
import { Faults } from '../validation';
import { credentialsIn, holdsToken } from '../redact';

/** What a password is to synth, which decides what object the push Secret is made by. */
export type PasswordForm = 'plaintext' | 'external' | 'sealed';

/** Whether a text is written as a path, which may look like a password for the rest: `../keys/my-project-3f2a1b9c.json`. */
export function looksLikePath(text: string): boolean {
  if (holdsToken(text)) return false;
  return /^\/[^/]+\/|(?:^|[\\/])\.{1,2}[\\/]/.test(text) || /[\\/].*\.(?:json|key|pem|token|txt)$/i.test(text);
}

/**
 * Where the password of a registry login comes from.
 *
 * The plaintext of a source is never part of a message, of `JSON.stringify` or of `util.inspect`.
 */
export class PasswordSource {
  /**
   * An environment variable, read once, now.
   *
   * @param variable its name
   * @returns a source that is not `available` where the variable is not set
   * @throws Error when no name is given
   */
  static fromEnv(variable: string): PasswordSource {
    check(isName(variable), 'variable', 'the name of an environment variable is wanted');
    const plaintext = process.env[variable];
    const doubtful = plaintext === undefined ? variable : '';
    return PasswordSource.plaintext(originOf('the environment variable', variable, doubtful), plaintext);
  }

  /**
   * A file, read once, now. A newline at its end is cut: that is how files end.
   *
   * @param path absolute, or relative to the working directory
   * @returns a source that is not `available` where there is no such file
   * @throws Error when there is something at the path that cannot be read
   */
  static fromFile(path: string): PasswordSource {
    check(isName(path), 'path', 'a path is wanted');
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(path));
      return PasswordSource.plaintext(originOf('the file', path, ''), text.replace(/\r?\n$/, ''));
    } catch (error) {
      const origin = originOf('the file', path, looksLikePath(path) ? '' : path);
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return PasswordSource.plaintext(origin, undefined);
      const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : (code ?? 'unknown reason');
      throw new Error(`${origin} cannot be read: ${reason}`);
    }
  }

  /**
   * A password in plaintext. Whoever reads the program, or the values it was built from, reads the password.
   *
   * @param password the password itself
   * @throws Error when it is no text
   */
  static fromPlaintext(password: string): PasswordSource {
    // Whatever it is instead is not shown: it may be the password all the same.
    check(typeof password === 'string', 'password', 'a text is wanted; for an environment variable there is fromEnv');
    return PasswordSource.plaintext('the password in plaintext', password);
  }

  /**
   * A password in a secret store, which the External Secrets Operator fetches in the cluster. Synth never sees it.
   *
   * @param source where in which store it is
   * @throws Error that lists every fault of the source
   */
  static fromExternalSecret(source: ExternalSecretSource): PasswordSource {
    const faults = new Faults();
    faults.addAll('source', externalSecretFaults(source));
    faults.throwIfAny('ExternalSecretSource');
    return new PasswordSource(`the entry ${source.key} of the secret store ${source.store}`, true, {
      external: { ...source },
    });
  }

  /**
   * A docker config that was sealed for the Sealed Secrets controller of the cluster. Synth cannot open it.
   *
   * @param value what `npm run seal` writes
   * @throws Error that lists every fault of the value
   */
  static fromSealed(value: SealedPassword): PasswordSource {
    const faults = new Faults();
    faults.addAll('value', sealedPasswordFaults(value));
    faults.throwIfAny('SealedPassword');
    return new PasswordSource('the sealed docker config', true, {
      sealed: { ...value, encryptedData: { ...value.encryptedData } },
    });
  }

  private static plaintext(origin: string, plaintext: string | undefined): PasswordSource {
    return new PasswordSource(origin, plaintext !== undefined, { plaintext });
  }

  /** Whether the push Secret can be made: false where the variable is not set or the file does not exist. */
  readonly available: boolean;
  /** @internal */
  readonly _origin: string;
  /** @internal */
  readonly _external?: ExternalSecretSource;
  /** @internal */
  readonly _sealed?: SealedPassword;
  // A private field is invisible to JSON.stringify, util.inspect and a debugger's property dump.
  readonly #plaintext?: string;

  private constructor(origin: string, available: boolean, from: From) {
    this._origin = origin;
    this.available = available;
    this._external = from.external;
    this._sealed = from.sealed;
    this.#plaintext = from.plaintext;
  }

  /** @internal */
  get _form(): PasswordForm {
    if (this._sealed !== undefined) return 'sealed';
    return this._external === undefined ? 'plaintext' : 'external';
  }

  /** @internal */
  _reveal(): string | undefined {
    return this.#plaintext;
  }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function check(isRight: boolean, prop: string, message: string): void {
  const faults = new Faults();
  if (!isRight) faults.add(prop, message);
  faults.throwIfAny('PasswordSource');
}

/**
 * What messages call a source.
 *
 * @param doubtful the part of the name that names nothing which is there: it is often the password itself
 */
function originOf(what: string, name: string, doubtful: string): string {
  const isShown = credentialsIn(doubtful).length === 0;
  return isShown ? `${what} ${name}` : `${what} (its name is not shown, as it may hold a credential)`;
}

interface From {
  readonly plaintext?: string;
  readonly external?: ExternalSecretSource;
  readonly sealed?: SealedPassword;
}
