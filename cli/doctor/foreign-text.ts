const HIDDEN = '[...]';

/** Texts that look like a credential, anywhere in a line. */
const CREDENTIALS: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+\S+/gi, `$1 ${HIDDEN}`],
  [/:\/\/[^\s/@]+@/g, `://${HIDDEN}@`],
  [/((?:password|passwd|secret|token|key)[\w-]*["']?=["']?)[^\s"']+/gi, `$1${HIDDEN}`],
  [/("(?:password|auth|token|identitytoken|registrytoken|secret)[\w-]*"\s*:\s*)"[^"]*"?/gi, `$1"${HIDDEN}"`],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+)*/g, HIDDEN],
  [/\b(?:dckr_[a-z]+_|gh[a-z]_|github_pat_|glpat-|ya29\.)[\w.-]+/g, HIDDEN],
  [/[A-Za-z0-9+/=]{40,}/g, HIDDEN],
];

/**
 * A text from another program, such as a log line or an error, on one line and without what looks like a credential.
 */
export function foreignText(text: string): string {
  let shown = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  for (const [pattern, replacement] of CREDENTIALS) shown = shown.replace(pattern, replacement);
  return shown.length > 600 ? `${shown.slice(0, 400)} ... ${shown.slice(-190)}` : shown;
}

/** A text without the known secret values. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // the longest first, as one may be part of another
  const known = secrets.filter((secret) => secret.length >= LEAST).sort((a, b) => b.length - a.length);
  return known.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

/** A shorter value may well be part of a name. */
const LEAST = 6;

/** The last line that is not empty. */
export function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').at(-1) ?? '';
}
