import { isVariable } from '../schema/committed-texts';
import { isPlaceholderPassword } from '../schema/placeholder-words';

/** Addresses of secrets: 1Password, vals, Vault's webhook, AWS, and a value that SOPS encrypted. */
const REFERENCE =
  /^(?:op:\/\/|ref\+[a-z0-9]+:\/\/|vault:[\w-]+\/|arn:aws[a-z-]*:(?:secretsmanager|ssm):|ENC\[AES256_GCM,)/;

/** Why a password is probably not the right one, or nothing. The text never contains the password. */
export function notThePassword(username: string | undefined, password: string): string | undefined {
  const text = password.trim();
  if (isVariable(text)) return 'looks like a variable or a template that was not expanded';
  if (isPlaceholderPassword(text)) return 'looks like a placeholder: use the real password';
  if (REFERENCE.test(text)) return 'looks like a reference to a secret that was not read: give the secret itself';
  if (/^(?:Bearer|Basic) [\w.~+/=-]+$/i.test(text)) return 'looks like a whole HTTP header: give only the password';
  if (/^(["'])[^]*\1$/.test(text) && text.length > 1)
    return 'begins and ends with a quote: remove the quotes unless they are part of the password';
  if (isDockerConfig(text) || isDockerConfig(decoded(text))) {
    return 'looks like a whole docker config: give only the password';
  }
  const login = username === undefined ? undefined : `${username}:`;
  if (login !== undefined && (text.startsWith(login) || decoded(text).startsWith(login))) {
    return 'looks like user name and password: give only the password';
  }
  return undefined;
}

function isDockerConfig(text: string): boolean {
  return /^\s*\{\s*"auths"/.test(text);
}

/** Decodes base64. Returns empty text if it is not base64. */
function decoded(text: string): string {
  return /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
}
