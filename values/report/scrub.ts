/** The text that replaces a password. */
const HIDDEN = '(hidden)';
/** Short passwords and plain words also occur in our own sentences, which would become unreadable without them. */
const SHORTEST = 4;
const LONGEST_WORD = 11;
const DEEPEST = 3;
const WORD = /^(?:[A-Z]?[a-z ]+|[A-Z]+)$/;
const PLACEHOLDER = /^<[A-Za-z ]+>$/;
/** The fields of a Google key file that are not secret and also occur in other values. */
const PUBLIC_FIELDS = /^(?:type|project_id|client_.*|.*_uri|.*_url|universe_domain)$/;
/** Characters that a terminal would execute or not show. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Removes the passwords of a run from its messages. */
export class Scrubber {
  /** The longest first, as one may be part of another. */
  private secrets: string[] = [];

  /** Adds a password: text, or another value that YAML made from it. */
  add(password: unknown): void {
    const spellings = secretTexts(password).flatMap((text) => [text, text.toLowerCase(), inJson(text)]);
    const known = new Set([...this.secrets, ...spellings.filter(isNoWord)]);
    this.secrets = [...known].sort((a, b) => b.length - a.length);
  }

  /** The message without passwords, and with unprintable characters escaped. */
  clean(message: string): string {
    const text = this.secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), message);
    return text.replace(UNPRINTABLE, (character) => `U+${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
  }
}

/** Whether a text in a message can only be there because the message repeats a value. */
function isNoWord(text: string): boolean {
  return text.length >= SHORTEST && (text.length > LONGEST_WORD || !WORD.test(text)) && !PLACEHOLDER.test(text);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** All texts of a password that a message must not contain. */
function secretTexts(password: unknown, depth = 0): string[] {
  // An alias may contain itself.
  if (depth > DEEPEST) return [];
  if (typeof password === 'object' && password !== null) {
    return Object.entries(password).flatMap(([key, member]) =>
      PUBLIC_FIELDS.test(key) ? [] : [...(Array.isArray(password) ? [] : [key]), ...secretTexts(member, depth + 1)],
    );
  }
  const text = String(password);
  return [text, text.trim(), ...(parsed(text) ?? text.split('\n').map((line) => line.trim()))];
}

/** The secret texts of a key file, which is JSON. */
function parsed(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return Object.values(
      JSON.parse(text, (key, value: unknown) => (PUBLIC_FIELDS.test(key) ? undefined : value)) as object,
    )
      .filter((value) => typeof value === 'string')
      .flatMap((value) => [value, ...value.split('\n')]);
  } catch {
    return undefined;
  }
}
