/** Texts that begin like a token of a well-known service. */
const TOKEN =
  /(?<![A-Za-z0-9])(?:dckr_[po]at_|gh[opsur]_|github_pat_|gl(?:pat|dt|cbt|rt)-|do[opr]_v1_|AKCp|cmVmdGtu|hf_|sk-|xox[a-z]-|AKIA|ASIA|ya29\.|eyJ)\S*/g;
/** Texts that are certainly tokens, so that they can be refused: long enough, and with characters that no word has. */
const SURE_TOKENS = [
  /(?<![A-Za-z0-9])(?:dckr_[po]at_|gh[opsur]_|github_pat_|gl(?:pat|dt|cbt|rt)-|do[opr]_v1_|ya29\.)[\w-]{16}/,
  // An API key and a reference token (base64 of `reftkn:`) of Artifactory.
  /(?<![A-Za-z0-9])(?:AKCp[0-9][A-Za-z0-9]{60}|cmVmdGtu[A-Za-z0-9]{48})/,
  /(?<![A-Za-z0-9])(?:hf_|sk-|xox[a-z]-)(?=[\w-]{0,40}[A-Z])(?=[\w-]{0,40}[0-9])[\w-]{20}/,
  // The password of the admin user of an Azure registry.
  /JQQJ99[A-Z]{4}[A-Za-z0-9+/]{14}AZCR[A-Za-z0-9+/]{4}/,
  // The id of an AWS access key.
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/,
  // A JSON web token, and a docker config or a key file in base64.
  /(?<![A-Za-z0-9])eyJ[\w-]{10,500}\.eyJ[\w-]{4}/,
  /(?<![A-Za-z0-9])(?:eyJhdXRocyI6|ewogICJhdXRocyI6|eyJ0eXBlIjoi|ewogICJ0eXBlIjog)/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];
/** Texts that may be an AWS secret access key. */
const FORTY = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
/** Tags that are not passwords: `latest`, `v1`, `1.36.4-debian`. */
const VERSION = /^(?:latest|(?:v[0-9]|[0-9]+\.[0-9])[0-9.]*(?:-[a-z0-9.]+)?)$/;
/** The part before the "@" of an address. */
const LOGIN = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.+)@/i;
const SPECIAL = /[!#$%^&()+=?~`|\\;'"{}]/;

/** Whether a text certainly contains a token or key of a well-known service. */
export function holdsToken(text: string): boolean {
  return SURE_TOKENS.some((pattern) => pattern.test(text)) || (text.match(FORTY) ?? []).some(looksRandom);
}

/** Whether a value contains a login, `user:password@`, in one of its comma-separated addresses. */
export function holdsLogin(text: string): boolean {
  return text.split(',').some((part) => LOGIN.test(part));
}

/**
 * The parts of a text that may be a credential. People paste into the wrong line, and a message must not repeat it.
 * Hiding a harmless text costs little, as the reader has it. This is not certain enough to refuse a value.
 */
export function credentialsIn(text: string): string[] {
  const withoutDigest = text.replace(/@sha256:[0-9a-f]+$/i, '');
  const found: string[] = [...(withoutDigest.match(TOKEN) ?? [])];
  const userinfo = LOGIN.exec(withoutDigest)?.[1];
  if (userinfo !== undefined) {
    const password = userinfo.slice(userinfo.indexOf(':') + 1);
    found.push(userinfo, ...[password, ...password.split('@')].filter((part) => part.length > 3));
  }
  // A bare "user:password". In a host the part after the colon is a port, in an image it is a tag.
  const afterColon = /^[^\s:/@]+:(?!\/|[0-9]{1,5}(?:\/|$))([^\s:]+)$/.exec(withoutDigest)?.[1];
  if (afterColon !== undefined && !VERSION.test(afterColon))
    found.push(withoutDigest, ...(afterColon.length > 3 ? [afterColon] : []));
  if (SPECIAL.test(withoutDigest) && /[0-9]/.test(withoutDigest)) found.push(withoutDigest);
  found.push(...withoutDigest.split(/[^A-Za-z0-9]+/).filter(looksRandom));
  return [...new Set(found)];
}

/** Whether upper case, lower case and digits change more often than in any word that people choose. */
function looksRandom(word: string): boolean {
  const classes = word.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/[0-9]/g, '0');
  const changes = classes.match(/a(?=[A0])|A(?=[a0])|0(?=[aA])/g) ?? [];
  return word.length >= 12 && changes.length * 3 >= word.length;
}

/** A value as an error message shows it: quoted, on one line, cut if it is long, hidden if it may be a credential. */
export function redact(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  if (typeof value !== 'string') return String(value);
  if (credentialsIn(value).length > 0) return 'this value (not shown, as it may contain a credential)';
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value);
}
