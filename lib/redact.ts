/** How tokens of well-known services begin. */
const TOKEN =
  /(?<![A-Za-z0-9])(?:dckr_[po]at_|gh[opsur]_|github_pat_|glpat-|hf_|sk-|xox[a-z]-|AKIA|ASIA|ya29\.|eyJ)\S*/g;
/** A tag that is no password: `latest`, `v1`, `1.36.4-debian`. */
const VERSION = /^(?:latest|(?:v[0-9]+|[0-9]+\.[0-9]+)[0-9.]*(?:-[a-z0-9.]+)?)$/;
/** What stands before the "@" of an address. */
const LOGIN = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.+)@/i;
const SPECIAL = /[!#$%^&()+=?~`|\\;'"{}]/;

/** Whether a text holds a token of a well-known service, as long as those are. */
export function holdsToken(text: string): boolean {
  return (text.match(TOKEN) ?? []).some((token) => /^[\w-]{20}/.test(token));
}

/** Whether a value holds a token, or a login, `user:password@`, in one of the addresses that commas separate. */
export function holdsCredential(text: string): boolean {
  return holdsToken(text) || text.split(',').some((part) => LOGIN.test(part));
}

/**
 * The parts of a text that may be a credential: people paste into the wrong line, and a message must not repeat it.
 * Whoever reads the message has the text, so what is hidden without need costs them little; to refuse a value it is not
 * sure enough.
 */
export function credentialsIn(text: string): string[] {
  const withoutDigest = text.replace(/@sha256:[0-9a-f]+$/i, '');
  const found: string[] = [...(withoutDigest.match(TOKEN) ?? [])];
  const userinfo = LOGIN.exec(withoutDigest)?.[1];
  if (userinfo !== undefined) {
    const password = userinfo.slice(userinfo.indexOf(':') + 1);
    found.push(userinfo, ...[password, ...password.split('@')].filter((part) => part.length > 3));
  }
  // "user:password" by itself: a host has a port there, an image a tag.
  const afterColon = /^[^\s:/@]+:(?!\/|[0-9]{1,5}(?:\/|$))([^\s:]+)$/.exec(withoutDigest)?.[1];
  if (afterColon !== undefined && !VERSION.test(afterColon))
    found.push(withoutDigest, ...(afterColon.length > 3 ? [afterColon] : []));
  if (SPECIAL.test(withoutDigest) && /[0-9]/.test(withoutDigest)) found.push(withoutDigest);
  found.push(...withoutDigest.split(/[^A-Za-z0-9]+/).filter(looksRandom));
  return [...new Set(found)];
}

/** Whether letters of both cases and digits alternate as in no word that people choose. */
function looksRandom(word: string): boolean {
  const classes = word.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/[0-9]/g, '0');
  const changes = classes.match(/a(?=[A0])|A(?=[a0])|0(?=[aA])/g) ?? [];
  return word.length >= 12 && changes.length * 3 >= word.length;
}

/** A value as an error message shows it: quoted, on one line, cut where it is long, hidden where it may be a credential. */
export function redact(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  if (typeof value !== 'string') return String(value);
  if (credentialsIn(value).length > 0) return 'this value (not shown, as it may hold a credential)';
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value);
}
