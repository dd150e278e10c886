import { InvalidValueError, ValidationError, pathText } from '../../lib/validation';

/** The error that a function throws. It fails if there is none. */
export function invalidValue(make: () => unknown): InvalidValueError {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidValueError);
    return error as InvalidValueError;
  }
  throw new Error('nothing was thrown');
}

/** Errors as path and code, like `registries[0].region malformed`, in order. messages.test.ts has their sentences. */
export function inShort(errors: readonly ValidationError[]): string[] {
  return errors.map(({ path, code }) => [pathText(path), code].filter((part) => part !== '').join(' '));
}

/** The errors that a function throws, as path and code. */
export function errorsOf(make: () => unknown): string[] {
  return inShort(invalidValue(make).errors);
}
