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
  if (/[\u0000-\u001f\u007f]/.test(username)) {
    return invalid('malformed', 'a user name cannot hold control characters or newlines');
  }
  if (/\p{Surrogate}/u.test(username)) {
    return invalid('malformed', 'a user name cannot hold half of a character (a lone surrogate)');
  }
  return [];
}
