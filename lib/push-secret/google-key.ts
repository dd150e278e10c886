/**
 * Google's user name for a service account key file as the password.
 *
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key
 */
export const GOOGLE_KEY_USERNAME = '_json_key';
/** The same with the key file in base64. */
export const GOOGLE_KEY_BASE64_USERNAME = '_json_key_base64';

const WANTED = ['client_email', 'private_key', 'private_key_id', 'project_id'];

/** The faults of a service account key, and the key on one line as every client sends it unharmed. */
export function readGoogleKey(username: string, password: string): { key: string; faults: string[] } {
  const encoded = username === GOOGLE_KEY_BASE64_USERNAME;
  const json = encoded ? Buffer.from(password, 'base64').toString('utf8') : password;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { key: password, faults: [`is not JSON${encoded ? ' in base64' : ''}: ${wanted(username)}`] };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { key: password, faults: [`is not a JSON object: ${wanted(username)}`] };
  }
  const fields = parsed as Record<string, unknown>;
  const faults: string[] = [];
  if (fields.type !== 'service_account') faults.push(`has no "type": "service_account": ${wanted(username)}`);
  const missing = WANTED.filter((field) => typeof fields[field] !== 'string' || fields[field] === '');
  if (missing.length > 0) faults.push(`lacks ${missing.join(', ')}: ${wanted(username)}`);
  const compact = JSON.stringify(parsed);
  return { key: encoded ? Buffer.from(compact, 'utf8').toString('base64') : compact, faults };
}

function wanted(username: string): string {
  return username === GOOGLE_KEY_USERNAME
    ? 'with _json_key the password is the whole key file of a service account'
    : 'with _json_key_base64 the password is the whole key file of a service account in base64';
}
