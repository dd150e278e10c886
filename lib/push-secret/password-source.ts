import * as fs from 'fs';
import { ExternalSecretSource, validateExternalSecret } from './external-secret';
import { LoginPart } from './login-part';
import { checkPassword } from './password';
import { SealedPassword, validateSealedPassword } from './sealed-secret';
import { credentialsIn, holdsToken } from '../redact';
import { ValidationError, at, invalid, validated } from '../validation';

const MAX_FILE = 1024 * 1024;

/** Whether a text is written as a path. The rest of it may look like a password: `../keys/my-project-3f2a1b9c.json`. */
export function looksLikePath(text: string): boolean {
  if (holdsToken(text)) return false;
  const isFile = /[\\/]/.test(text) && /\.(?:json|key|pem|token|txt)$/i.test(text);
  return isFile || /^\/[^/]+\/|(?:^|[\\/])\.{1,2}[\\/]/.test(text);
}

/** What a login adds to the push Secret, or what is wrong with its password. */
export interface ReadPassword {
  readonly part?: LoginPart;
  readonly errors: ValidationError[];
}

/**
 * Where the password of a registry login comes from.
 *
 * The password is never shown in a message or when the source is printed or serialized.
 */
export abstract class PasswordSource {
  /**
   * An environment variable. It is read once, when this is called.
   *
   * @param variable the name of the variable
   * @returns a source that is not `available` if the variable is not set or is empty
   * @throws an error if no name is given
   */
  static fromEnv(variable: string): PasswordSource {
    const errors = isName(variable) ? [] : invalid('missing', 'expected the name of an environment variable');
    return validated('PasswordSource', at(['variable'], errors), () => {
      // CI systems set an empty variable for a secret that does not exist.
      const plaintext = process.env[variable] || undefined;
      const doubtful = plaintext === undefined ? variable : '';
      return new PlaintextPassword(originOf('the environment variable', variable, doubtful), plaintext);
    });
  }

  /**
   * A file. It is read once, when this is called. A newline at its end is removed, as most files end with one.
   *
   * @param path absolute, or relative to the working directory
   * @returns a source that is not `available` if there is no such file
   * @throws an error if the path exists but cannot be read
   */
  static fromFile(path: string): PasswordSource {
    return validated(
      'PasswordSource',
      at(['path'], isName(path) ? [] : invalid('missing', 'expected the path of a file')),
      () => readFile(path),
    );
  }

  /**
   * A password in plaintext. Everyone who can read the program, or the values that it uses, can read the password.
   *
   * @param password the password itself
   * @throws an error if it is not text
   */
  static fromPlaintext(password: string): PasswordSource {
    // Don't show the value: it may still be the password.
    const wrong = invalid('wrong-type', 'expected text; to read an environment variable, use fromEnv');
    const errors = typeof password === 'string' ? [] : wrong;
    return validated(
      'PasswordSource',
      at(['password'], errors),
      () => new PlaintextPassword('the plaintext password', password),
    );
  }

  /**
   * A password in a secret store. The External Secrets Operator fetches it in the cluster, so synth never sees it.
   *
   * @param source the store, and where the password is in it
   * @throws an error that lists everything wrong with the source
   */
  static fromExternalSecret(source: ExternalSecretSource): PasswordSource {
    const errors = at(['source'], validateExternalSecret(source));
    return validated('ExternalSecretSource', errors, () => new ExternalPassword(source));
  }

  /**
   * A docker config that was sealed for the cluster's Sealed Secrets controller. Synth cannot open it.
   *
   * @param value what `npm run seal` writes
   * @throws an error that lists everything wrong with the value
   */
  static fromSealed(value: SealedPassword): PasswordSource {
    const errors = at(['value'], validateSealedPassword(value));
    return validated('SealedPassword', errors, () => new SealedSource(value));
  }

  /** Whether the source has a password. It is false if the variable is not set or the file does not exist. */
  abstract readonly available: boolean;
  /** A description of where the password comes from, for messages. It never contains the password. */
  abstract readonly origin: string;
  /** Whether the manifest of the push Secret contains the plaintext password, so that it must not be committed. */
  abstract readonly isPlaintext: boolean;

  protected constructor() {}

  /** @internal what a login with this password puts into the push Secret */
  abstract _read(host: string, username: string): ReadPassword;
}

class PlaintextPassword extends PasswordSource {
  readonly available: boolean;
  readonly isPlaintext = true;
  // JSON.stringify, util.inspect and debuggers do not show a private field.
  readonly #plaintext?: string;

  constructor(
    readonly origin: string,
    plaintext: string | undefined,
  ) {
    super();
    this.available = plaintext !== undefined;
    this.#plaintext = plaintext;
  }

  _read(host: string, username: string): ReadPassword {
    if (this.#plaintext === undefined) {
      return { errors: invalid('unavailable', `${this.origin} is missing: check \`available\` first`) };
    }
    const { password, errors } = checkPassword(username, this.#plaintext);
    if (errors.length === 0) return { part: { form: 'plaintext', login: { host, username, password } }, errors };
    return { errors: errors.map((error) => ({ ...error, message: `${this.origin} ${error.message}` })) };
  }

  /** @internal */
  _reveal(): string | undefined {
    return this.#plaintext;
  }
}

/** The plaintext as it was given, or nothing if the source has none. */
export function plaintextOf(source: PasswordSource): string | undefined {
  return source instanceof PlaintextPassword ? source._reveal() : undefined;
}

class ExternalPassword extends PasswordSource {
  readonly available = true;
  readonly isPlaintext = false;
  readonly origin: string;
  private readonly source: ExternalSecretSource;

  constructor(source: ExternalSecretSource) {
    super();
    this.source = { ...source };
    this.origin = `the entry ${source.key} of the secret store ${source.store}`;
  }

  _read(host: string, username: string): ReadPassword {
    return { part: { form: 'external', login: { host, username, source: this.source } }, errors: [] };
  }
}

class SealedSource extends PasswordSource {
  readonly available = true;
  readonly isPlaintext = false;
  readonly origin = 'the sealed docker config';
  private readonly sealed: SealedPassword;

  constructor(sealed: SealedPassword) {
    super();
    this.sealed = { ...sealed, encryptedData: { ...sealed.encryptedData } };
  }

  _read(host: string, username: string): ReadPassword {
    return { part: { form: 'sealed', login: { host, username, sealed: this.sealed } }, errors: [] };
  }
}

function readFile(path: string): PasswordSource {
  try {
    const stat = fs.statSync(path);
    // Reading a pipe or a device may never end.
    if (!stat.isFile()) throw Object.assign(new Error(), { code: 'it is a folder, a pipe or a device' });
    if (stat.size > MAX_FILE) throw Object.assign(new Error(), { code: 'it is larger than 1 MiB' });
    const text = new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(path));
    return new PlaintextPassword(originOf('the file', path, ''), text.replace(/\r?\n$/, ''));
  } catch (error) {
    const origin = originOf('the file', path, looksLikePath(path) ? '' : path);
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return new PlaintextPassword(origin, undefined);
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : (code ?? 'unknown reason');
    throw new Error(`${origin} cannot be read: ${reason}`);
  }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/**
 * The description of a source, for messages.
 *
 * @param doubtful the part of the name that does not exist, which is often the password itself
 */
function originOf(what: string, name: string, doubtful: string): string {
  const isShown = credentialsIn(doubtful).length === 0;
  return isShown ? `${what} ${name}` : `${what} (its name is not shown, as it may contain a credential)`;
}
