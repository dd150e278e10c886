import * as fs from 'fs';

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
   */
  static fromEnv(variable: string): PasswordSource {
    return new PasswordSource(`the environment variable ${variable}`, process.env[variable]);
  }

  /**
   * A file, read once, now. A newline at its end is cut: that is how files end.
   *
   * @param path absolute, or relative to the working directory
   * @returns a source that is not `available` where there is no such file
   * @throws Error when there is something at the path that cannot be read
   */
  static fromFile(path: string): PasswordSource {
    const origin = `the file ${path}`;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(path));
      return new PasswordSource(origin, text.replace(/\r?\n$/, ''));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return new PasswordSource(origin, undefined);
      const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : (code ?? 'unknown reason');
      throw new Error(`${origin} cannot be read: ${reason}`);
    }
  }

  /**
   * A password in plaintext. Whoever reads the program, or the values it was built from, reads the password.
   *
   * @param password the password itself
   */
  static fromPlaintext(password: string): PasswordSource {
    return new PasswordSource('the password in plaintext', password);
  }

  /** Whether the push Secret can be made: false where the variable is not set or the file does not exist. */
  readonly available: boolean;
  /** @internal */
  readonly _origin: string;
  // A private field is invisible to JSON.stringify, util.inspect and a debugger's property dump.
  readonly #plaintext?: string;

  private constructor(origin: string, plaintext?: string) {
    this._origin = origin;
    this.#plaintext = plaintext;
    this.available = plaintext !== undefined;
  }

  /** @internal */
  _reveal(): string | undefined {
    return this.#plaintext;
  }
}
