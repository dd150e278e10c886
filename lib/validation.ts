import { IConstruct } from 'constructs';
import { redact } from './redact';

/** The path of a value in the given props or mapping: `['registries', 0, 'region']`. */
export type ValuePath = readonly (string | number)[];

/** The kind of mistake, for tests and programs. The message is for people. */
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
  /** What is wrong, why, and what to do. Never a credential. */
  readonly message: string;
}

/** A list with one error about the value as a whole. Every check returns a list. */
export function invalid(code: ErrorCode, message: string): ValidationError[] {
  return [{ path: [], code, message }];
}

/** The errors with the path of their value put before their own. */
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

/** The error of invalid props or values. It lists everything that is wrong with them. */
export class InvalidValueError extends Error {
  constructor(
    subject: string,
    readonly errors: readonly ValidationError[],
  ) {
    super([`Invalid ${subject}:`, ...errors.map((error) => `  - ${line(error)}`)].join('\n'));
  }
}

/** Collects all errors of a construct or value, to report them together. */
export class ValidationErrors {
  readonly list: ValidationError[] = [];

  /** Adds errors of the member at a path. */
  add(path: string | ValuePath, errors: readonly ValidationError[]): void {
    this.list.push(...at(typeof path === 'string' ? [path] : path, errors));
  }

  /**
   * Makes a value. If it is invalid, adds its errors instead of throwing.
   *
   * @param pathOf the path in these props for a path in the value, or nothing to leave out the error
   * @returns nothing if the value is invalid
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

  /** Whether the list already has the same error, from an earlier check. */
  private has({ path, message }: ValidationError): boolean {
    return this.list.some((one) => one.message === message && pathText(one.path) === pathText(path));
  }

  /**
   * Throws if there is any error.
   *
   * @param subject the class whose props these are
   * @param where the construct, for its path in the message
   * @throws InvalidValueError with one line per error
   */
  throwIfAny(subject: string, where?: IConstruct): void {
    if (this.list.length === 0) return;
    const place = where && where.node.path !== '' ? ` at '${where.node.path}'` : '';
    throw new InvalidValueError(`${subject}${place}`, this.list);
  }
}

/** Makes a value with `make`, or throws if there is any error. */
export function validated<T>(subject: string, errors: readonly ValidationError[], make: () => T): T {
  if (errors.length > 0) throw new InvalidValueError(subject, errors);
  return make();
}

/**
 * A check that runs only once per object. What was read from a values file is then not checked again by the construct
 * made from it.
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

/**
 * The props, or empty ones if a caller in plain JavaScript passed none, so that the missing ones are reported by name.
 */
export function givenProps<T extends object>(props: T): T {
  return typeof props === 'object' && props !== null ? props : ({} as T);
}

/** Checks that a value, if given, is a mapping (a plain object). */
export function validateMap(value: unknown): ValidationError[] {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return [];
  return invalid('wrong-type', `expected a mapping, got ${redact(value)}`);
}

/** Checks that a value, if given, is `true` or `false`. */
export function validateBoolean(value: unknown): ValidationError[] {
  return value === undefined || typeof value === 'boolean'
    ? []
    : invalid('wrong-type', `expected true or false, got ${redact(value)}`);
}

/** Checks that a value, if given, is a list of strings. */
export function validateStringList(value: unknown): ValidationError[] {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) return [];
  return invalid('wrong-type', `${redact(value)} is not a list of strings`);
}

/** Checks that a value, if given, is a mapping from strings to strings. */
export function validateStringMap(value: unknown): ValidationError[] {
  if (validateMap(value).length > 0)
    return invalid('wrong-type', `expected a mapping from text to text, got ${redact(value)}`);
  return Object.entries(value ?? {})
    .filter(([, item]) => typeof item !== 'string')
    .flatMap(([key, item]) => invalid('wrong-type', `${key}: ${redact(item)} is not text: put it in quotes`));
}
