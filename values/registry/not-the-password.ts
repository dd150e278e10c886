import { isVariable } from '../schema/committed-texts';
import { isPlaceholderPassword } from '../schema/placeholder-words';

/** Why a password is hardly the one that was meant; nothing when it can be. It is never repeated. */
export function notThePassword(username: string | undefined, password: string): string | undefined {
  const text = password.trim();
  if (isVariable(text)) return 'looks like a variable or a template that nothing expanded';
  if (isPlaceholderPassword(text)) return 'looks like a placeholder that nobody filled in';
  if (/^(["'])[^]*\1$/.test(text) && text.length > 1) return 'begins and ends with a quote, which then counts';
  if (isDockerConfig(text) || isDockerConfig(decoded(text))) {
    return 'looks like a whole docker config; the password alone is wanted';
  }
  const login = username === undefined ? undefined : `${username}:`;
  if (login !== undefined && (text.startsWith(login) || decoded(text).startsWith(login))) {
    return 'looks like user name and password; the password alone is wanted';
  }
  return undefined;
}

function isDockerConfig(text: string): boolean {
  return /^\s*\{\s*"auths"/.test(text);
}

/** What base64 stands for; nothing where it is none. */
function decoded(text: string): string {
  return /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
}
