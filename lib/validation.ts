import { IConstruct } from 'constructs';
import { redact } from './redact';

/** Where a value is, from the props or the mapping that were given: `['registries', 0, 'region']`. */
export type ValuePath = readonly (string | number)[];

/** What kind of mistake it is: tests and programs go by it, people by the message. */
export type ErrorCode =
  | 'missing'
  | 'unknown'
  | 'wrong-type'
  | 'malformed'
  | 'not-allowed'
  | 'too-long'
  | 'duplicate'
  | 'conflict'
  | 'mismatch'
  | 'no-effect'
  | 'credential'
  | 'unavailable'
  | 'out-of-date';

/** What is wrong with one value. */
export interface ValidationError {
  readonly path: ValuePath;
  readonly code: ErrorCode;
  /** What is wrong and what would be right. Never a credential. */
  readonly message: string;
}

/** One error about the value as a whole, in the list that every check returns. */
export function invalid(code: ErrorCode, message: string): ValidationError[] {
  return [{ path: [], code, message }];
}

/** The errors with the path at which their value is. */
export function at(path: ValuePath, errors: readonly ValidationError[]): ValidationError[] {
  return errors.map((error) => ({ ...error, path: [...path, ...error.path] }));
}

/** A path as people write it: `registries[0].region`. */
export function pathText(path: ValuePath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

function line({ path, message }: ValidationError): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

/** Thrown by whatever makes a value or a construct; lists all that is wrong with it. */
export class InvalidValueError extends Error {
  constructor(
    subject: string,
    readonly errors: readonly ValidationError[],
  ) {
    super([`Invalid ${subject}:`, ...errors.map((error) => `  - ${line(error)}`)].join('\n'));
  }
}

/** Collects what is wrong with one construct or value, to report all of it in one error. */
export class ValidationErrors {
  readonly list: ValidationError[] = [];

  /** Adds the errors of the member at a path. */
  add(path: string | ValuePath, errors: readonly ValidationError[]): void {
    this.list.push(...at(typeof path === 'string' ? [path] : path, errors));
  }

  /**
   * Makes a value, and adds what is wrong with it in place of throwing.
   *
   * @param pathOf where in these props the value's own paths are; nothing leaves an error out
   * @returns nothing when the value is invalid
   */
  collect<T>(make: () => T, pathOf: (path: ValuePath) => ValuePath | undefined = (path) => path): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      for (const one of error.errors) {
        const path = pathOf(one.path);
        if (path !== undefined && !this.has({ ...one, path })) this.list.push({ ...one, path });
      }
      return undefined;
    }
  }

  /** Whether what made the value was checked before and has the same error. */
  private has({ path, message }: ValidationError): boolean {
    return this.list.some((one) => one.message === message && pathText(one.path) === pathText(path));
  }

  /**
   * Throws when there is any error.
   *
   * @param subject the class whose props these are
   * @param where the construct, for its path in the message
   * @throws InvalidValueError with every error, a line each
   */
  throwIfAny(subject: string, where?: IConstruct): void {
    if (this.list.length === 0) return;
    const place = where && where.node.path !== '' ? ` at '${where.node.path}'` : '';
    throw new InvalidValueError(`${subject}${place}`, this.list);
  }
}

/** Makes a checked value: throws when there is any error, returns what `make` makes otherwise. */
export function validated<T>(subject: string, errors: readonly ValidationError[], make: () => T): T {
  if (errors.length > 0) throw new InvalidValueError(subject, errors);
  return make();
}

/**
 * A check that runs once per object, however many take it: what was read from a values file is not checked again by the
 * construct that is made from it.
 */
export function oncePerObject<T extends object>(
  check: (value: T) => ValidationError[],
): (value: T) => ValidationError[] {
  const known = new WeakMap<T, ValidationError[]>();
  return (value) => {
    if (typeof value !== 'object' || value === null) return check(value);
    const errors = known.get(value) ?? check(value);
    known.set(value, errors);
    return errors;
  };
}

/** The props, or none when a caller in plain JavaScript gave none: what is missing is then reported by its name. */
export function givenProps<T extends object>(props: T): T {
  return typeof props === 'object' && props !== null ? props : ({} as T);
}

/** Checks what has to be a mapping (a plain object), if it is given. */
export function validateMap(value: unknown): ValidationError[] {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return [];
  return invalid('wrong-type', `expected a mapping, got ${redact(value)}`);
}

/** Checks what has to be `true` or `false`, if it is given. */
export function validateBoolean(value: unknown): ValidationError[] {
  return value === undefined || typeof value === 'boolean'
    ? []
    : invalid('wrong-type', `expected true or false, got ${redact(value)}`);
}

/** Checks what has to be a list of strings, if it is given. */
export function validateStringList(value: unknown): ValidationError[] {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) return [];
  return invalid('wrong-type', `${redact(value)} is not a list of strings`);
}

/** Checks what has to be a map from strings to strings, if it is given. */
export function validateStringMap(value: unknown): ValidationError[] {
  if (validateMap(value).length > 0)
    return invalid('wrong-type', `expected a mapping from text to text, got ${redact(value)}`);
  return Object.entries(value ?? {})
    .filter(([, item]) => typeof item !== 'string')
    .flatMap(([key, item]) => invalid('wrong-type', `${key}: ${redact(item)} is not text: put it in quotes`));
}
