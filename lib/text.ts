import { holdsToken } from './redact';
import { ValidationError, invalid } from './validation';

/**
 * What no text that is written may hold: control characters, line and paragraph separators, invisible format
 * characters, halves of characters, and code points that are no characters. YAML readers take some of them for line
 * breaks, so that the rest of the text becomes keys of its own, and a person sees none of them.
 */
const UNWRITABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/**
 * Checks a text that goes as it is into what is written and committed. The errors do not repeat it.
 *
 * @param what how the messages call it
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
