import { holdsToken } from './redact';
import { ValidationError, invalid } from './validation';

/**
 * Characters that no text in the output may contain: control characters, line and paragraph separators, invisible
 * format characters, surrogates, and code points that are not characters. People cannot see them, and YAML readers take
 * some for line breaks, which would turn the rest of the text into keys.
 */
const UNWRITABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/**
 * Checks a text that is written to a committed file unchanged. The errors do not repeat it.
 *
 * @param what the text's name in messages
 */
export function validateText(what: string, text: string): ValidationError[] {
  const [unwritable] = UNWRITABLE.exec(text) ?? [];
  if (unwritable !== undefined) {
    const code = unwritable.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const rule = 'type the text again without control characters, line breaks and invisible characters';
    return invalid('malformed', `${what} contains the character U+${code}: ${rule}`);
  }
  if (holdsToken(text)) {
    return invalid('credential', `${what} contains an access token or key, which would be committed: ${TOKEN_PLACES}`);
  }
  return [];
}

const TOKEN_PLACES = 'keep it in a password source only, and revoke it if it was ever committed';
