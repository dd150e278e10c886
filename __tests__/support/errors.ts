import { InvalidValueError, ValidationError, pathText } from '../../lib/validation';

/** What must throw: the error that it throws. */
export function invalidValue(make: () => unknown): InvalidValueError {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidValueError);
    return error as InvalidValueError;
  }
  throw new Error('nothing was thrown');
}

/** Errors by path and code, `registries[0].region malformed`, in order. Their sentences are in messages.test.ts. */
export function inShort(errors: readonly ValidationError[]): string[] {
  return errors.map(({ path, code }) => [pathText(path), code].filter((part) => part !== '').join(' '));
}

/** What is wrong with what must throw, by path and code. */
export function errorsOf(make: () => unknown): string[] {
  return inShort(invalidValue(make).errors);
}
