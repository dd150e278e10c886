import { ValidationError, invalid } from '../validation';

/**
 * Google's user name if the password is the key file of a service account.
 *
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key
 */
export const GOOGLE_KEY_USERNAME = '_json_key';
/** Google's user name if the password is that key file in base64. */
export const GOOGLE_KEY_BASE64_USERNAME = '_json_key_base64';

const REQUIRED = ['client_email', 'private_key', 'private_key_id', 'project_id'];

/** A password as a docker config stores it, and what is wrong with it. The errors never show it. */
export interface CheckedPassword {
  readonly password: string;
  readonly errors: ValidationError[];
}

/** Checks a service account key and puts it on one line, which every client sends unchanged. */
export function readGoogleKey(username: string, password: string): CheckedPassword {
  const encoded = username === GOOGLE_KEY_BASE64_USERNAME;
  const json = encoded ? Buffer.from(password, 'base64').toString('utf8') : password;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    const other = encoded ? GOOGLE_KEY_USERNAME : GOOGLE_KEY_BASE64_USERNAME;
    const isTheOther = isJson(encoded ? password : Buffer.from(password, 'base64').toString('utf8'));
    const reason = `is not JSON${encoded ? ' in base64' : ''}: ${rule(username)}`;
    const message = isTheOther ? `${reason}; this password fits the user name ${other}` : reason;
    return { password, errors: invalid('malformed', message) };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { password, errors: invalid('malformed', `is not a JSON object: ${rule(username)}`) };
  }
  const fields = parsed as Record<string, unknown>;
  const errors: ValidationError[] = [];
  if (fields.type !== 'service_account') {
    errors.push(...invalid('malformed', `has no "type": "service_account": ${rule(username)}`));
  }
  const missing = REQUIRED.filter((field) => typeof fields[field] !== 'string' || fields[field] === '');
  if (missing.length > 0) errors.push(...invalid('malformed', `lacks ${missing.join(', ')}: ${rule(username)}`));
  const compact = JSON.stringify(parsed);
  return { password: encoded ? Buffer.from(compact, 'utf8').toString('base64') : compact, errors };
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function rule(username: string): string {
  return username === GOOGLE_KEY_USERNAME
    ? 'with _json_key the password must be the whole key file of a service account'
    : 'with _json_key_base64 the password must be the whole key file of a service account in base64';
}
