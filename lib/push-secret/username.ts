import { validateText } from '../text';
import { ValidationError, invalid } from '../validation';

/** Checks a user name. */
export function validateUsername(username: unknown): ValidationError[] {
  if (typeof username !== 'string' || username === '') return invalid('missing', 'a user name is wanted');
  if (username.includes(':')) {
    return invalid('malformed', 'a user name cannot hold a ":", the docker config separates by it');
  }
  if (username !== username.trim()) {
    return invalid('malformed', 'a user name cannot begin or end with white space');
  }
  return validateText('the user name', username);
}
