import { validateText } from '../text';
import { ValidationError, invalid } from '../validation';

/** Checks a user name. */
export function validateUsername(username: unknown): ValidationError[] {
  if (typeof username !== 'string' || username === '') return invalid('missing', 'missing: expected a user name');
  if (username.includes(':')) {
    return invalid(
      'malformed',
      'a user name cannot contain ":", which separates it from the password in a docker config',
    );
  }
  if (username !== username.trim()) {
    return invalid('malformed', 'a user name cannot begin or end with a space: remove it');
  }
  return validateText('the user name', username);
}
