import { CheckedPassword, GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME, readGoogleKey } from './google-key';
import { invalid } from '../validation';

/**
 * `kubectl apply` copies the Secret into an annotation of at most 256 KiB, where the password is base64-encoded twice.
 */
const MAX_BYTES = 128 * 1024;

/**
 * Yandex Cloud's user name if the password is an authorized key.
 *
 * @see https://yandex.cloud/en/docs/container-registry/operations/authentication#sa-json
 */
export const YANDEX_KEY_USERNAME = 'json_key';

/** What a password cannot contain. The first match is reported. */
const WRONG_CHARACTERS: readonly [RegExp, string][] = [
  [/\n$/, 'ends with a newline, which no registry accepts: remove it'],
  [/\r$/, 'ends with a carriage return, which no registry accepts: remove it'],
  [/[\u0000-\u001f\u007f-\u009f]/, 'contains a control character or a newline, which no registry accepts'],
  [/\ufffd/, 'contains U+FFFD, the mark of bytes that were not UTF-8, so it is damaged: provide it in UTF-8'],
  [/\p{Surrogate}/u, 'contains half a character (a lone surrogate), which cannot be written as UTF-8'],
  [
    /[\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u,
    'contains an invisible character, probably from pasting: type it, or copy it again',
  ],
];

/** Checks a password in plaintext, and converts it to the form that a docker config stores. */
export function checkPassword(username: string, password: string): CheckedPassword {
  if (password === '') return { password, errors: invalid('missing', 'is empty') };
  if (Buffer.byteLength(password, 'utf8') > MAX_BYTES) {
    const message = 'is longer than 128 KiB, which is too much for `kubectl apply` to put into a Secret';
    return { password, errors: invalid('too-long', message) };
  }
  if (username === GOOGLE_KEY_USERNAME || username === GOOGLE_KEY_BASE64_USERNAME) {
    return readGoogleKey(username, password);
  }
  const text = isKeyFile(password) ? onOneLine(password) : password;
  const wrong = WRONG_CHARACTERS.find(([pattern]) => pattern.test(text));
  return { password: text, errors: wrong === undefined ? [] : invalid('malformed', wrong[1]) };
}

/** Whether a password is a JSON object, like the key files of the clouds. */
export function isKeyFile(password: string): boolean {
  if (!/^\s*\{/.test(password)) return false;
  try {
    return typeof JSON.parse(password) === 'object';
  } catch {
    return false;
  }
}

/** JSON on one line. Line breaks inside its strings are written as `\\n`, so all others can go. */
function onOneLine(json: string): string {
  return json.trim().replace(/[\t\n\r][\t\n\r ]*/g, '');
}
