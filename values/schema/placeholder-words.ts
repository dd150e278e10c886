// The forms of placeholders. All patterns match a whole word. No word of the lists consists of other words of the
// lists, so that a chain of words can be read in only one way.

/** Words that may come before a noun, but mean nothing alone: `AWS` is a user name. */
const OF_WHAT = 'docker|hub|aws|gcp|google|azure|ecr|acr|gcr|ghcr|gitlab|github|harbor|quay|cloud|container|image';
const OURS =
  'organi[sz]ation|org|company|corp|team|users?|account|name|project|registry|repo|repository|namespace|domain|host' +
  '|region|token|password|secret|login|tenant|e-?mail';
const NOUN = `${OURS}|own|id|server|url|location|zone|passwd|pass|key|access|personal|api|auth|number|client|pool|provider|role|path|here`;
const ANY = `(?:${OF_WHAT}|${NOUN})`;
const NOUNS = `(?:${ANY}[-_]?)*(?:${NOUN})`;

/** In capitals or not. */
const WORDS = [
  `(?:please[-_]?)?(?:change|replace|edit)[-_]?(?:me|this|it)(?:[-_]?${NOUNS})?`,
  'replace[-_](?:with|by)[-_].+',
  `(?:insert|enter)[-_](?:your[-_]|the[-_])?${NOUNS}|(?:put|add|set|use)[-_]your[-_]${NOUNS}`,
  'fill[-_]?(?:me|it|this)?[-_]?in|fill[-_]?me|to[-_]?be[-_](?:defined|filled|filled[-_]in|replaced|changed|done)',
  `your[-_]?(?:${NOUNS}|image|app)|(?:my|some)[-_]?(?:${ANY}[-_]?)*(?:${OURS})`,
  `(?:${ANY}[-_]?)*(?:user[-_]?name|${ANY}[-_](?:name|id|number|here))`,
  `(?:${NOUNS}[-_])?placeholder(?:[-_]${NOUNS})?`,
  `example|(?:example|sample|dummy)[-_+]?(?:${NOUNS}|bot|builder)`,
  'to-do|fixme|tb[ad]|x{3,}(?:[-_]x{3,})*|undefined|foo|foo[-_]?bar|john[-_]?doe|redacted|lorem|asdf|qwerty|dummy',
];
const WORD = new RegExp(`^(?:${WORDS.join('|')})$`, 'i');
/** Words that may be a real name in lower case. */
const IN_CAPITALS = new RegExp(`^(?:${NOUNS.toUpperCase()}|TODO|(?:LOCATION|REGION)-docker)$`);
/** Words between characters that no value has, and such characters alone. */
const MARKED =
  /^(?:\[[a-z _-]+\]|\{[a-z _-]+\}|\([a-z _-]+\)|\u00ab[^\u00bb]*\u00bb|__[a-z_]+__|@[a-z_]+@|#\{[^}]*\}#?|&lt;.*&gt;|[*.?_-]{3,}|\u2026)$/i;
const PASSWORD = new RegExp(
  `^(?:${[...WORDS, `(?!secret$)${NOUNS}`, 'your[-_].*', 'todo(?:\\b.*)?', 'none|null|nil', '.{0,12}[-_]x{3,}', '<[^<>]*>'].join('|')})$`,
  'i',
);

/** `docker.io/namespace/repository`, which has only the names of the parts. */
const DESCRIBED = new RegExp(`^[^/]+((?:/(?:${NOUN}|image))+/(?:repo|repository|image|name))$`, 'i');
/** Placeholders are not longer than this. */
const LONGEST = 64;

/** The placeholder in a text, or nothing. A message may show it. */
export function placeholderIn(text: string): string | undefined {
  if (text.length <= LONGEST && (MARKED.test(text) || text === 'todo')) return text;
  const words = text.split(/[^A-Za-z0-9_-]+/).filter(({ length }) => length <= LONGEST);
  return words.find((word) => WORD.test(word) || IN_CAPITALS.test(word)) ?? DESCRIBED.exec(text)?.[1].slice(1);
}

/** Whether a password is a placeholder as a whole, as a real password may contain any word. */
export function isPlaceholderPassword(password: string): boolean {
  if (password.length > LONGEST) return false;
  return MARKED.test(password) || PASSWORD.test(password.trim().replaceAll(' ', '-'));
}
