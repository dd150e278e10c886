import { redact } from '../redact';
import { ValidationError, invalid } from '../validation';

/**
 * The grammar of image references.
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
export const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const MAX_PATH = 255;
/** The rule for a repository's path, in words. */
export const PATH_RULE = `components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most ${MAX_PATH} characters in all, without scheme, tag or digest`;
const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?$`);

/** Splits the host, if there is one, off an image reference. */
export function splitHost(reference: string): { host?: string; path: string } {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? reference : reference.slice(0, slash);
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isHost ? { host: first, path: reference.slice(slash + 1) } : { path: reference };
}

/** Checks a registry's host: lower case, with a port or without, no scheme and no path. */
export function validateHost(host: unknown): ValidationError[] {
  if (typeof host === 'string' && host.length <= 253 && HOST.test(host) && portIsValid(host)) return [];
  return invalid(
    'malformed',
    `${redact(host)} is not a registry host: expected lower case, like \`registry.example.com\` or \`registry.example.com:5000\``,
  );
}

/**
 * Checks a host that PrimeHub pushes to. If the host has no dot, PrimeHub's builder puts `docker.io/` before it and
 * pushes to Docker Hub.
 */
export function validatePushHost(host: unknown): ValidationError[] {
  const errors = validateHost(host);
  if (errors.length > 0) return errors;
  const text = String(host);
  if (meansThisMachine(text)) {
    return invalid(
      'not-allowed',
      `${redact(host)} means the builder's own pod when the builder uses it: give the name of the registry's Service, \`<service>.<namespace>.svc\`, or the node's address, with the port`,
    );
  }
  if (text.includes('.')) return errors;
  return invalid(
    'not-allowed',
    `${redact(host)} has no dot, so PrimeHub's builder takes it for a path on Docker Hub: use the full host name or the IPv4 address`,
  );
}

/**
 * Whether an address means the machine that uses it, which inside a pod is the pod: loopback, "any address", and
 * link-local addresses, which each node has for itself.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 */
function meansThisMachine(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, '');
  if (/^(?:.+\.)?localhost(?:\.localdomain)?$/.test(name)) return true;
  if (/^\[(?:(?:0*:)+(?:ffff:(?:127\.|0\.0\.0\.0\])|0*[01]\])|fe[89ab][0-9a-f]:)/.test(name)) return true;
  return /^(?:127(?:\.[0-9]+){1,3}|0\.0\.0\.0|169\.254\.[0-9]+\.[0-9]+)$/.test(name);
}

function portIsValid(host: string): boolean {
  const port = /:([0-9]+)$/.exec(host)?.[1];
  return port === undefined || (Number(port) > 0 && Number(port) < 65536);
}

/** Checks a repository's path (what follows the host), by the grammar that every registry shares. */
export function validatePath(path: unknown): ValidationError[] {
  if (typeof path === 'string' && path.length <= MAX_PATH && PATH.test(path)) return [];
  const corrected = typeof path === 'string' ? correctPath(path) : undefined;
  return invalid(
    'malformed',
    `${redact(path)} is not a repository path: expected ${PATH_RULE}` +
      (corrected === undefined ? '' : `; \`${corrected}\` would be right`),
  );
}

/** The path that was probably meant: without scheme, host, login, tag and digest, in lower case. */
export function correctPath(path: string): string | undefined {
  const { bare: reference, found } = strip(path);
  const { host = '', path: rest } = splitHost(reference);
  // With a port or after a scheme this must be a host. A bare domain may be part of the path, as in Google's
  // domain-scoped projects.
  const isHost = /:[0-9]+$/.test(host) || (host !== '' && found.includes('a scheme'));
  const bare = withoutColon(isHost ? rest : reference)
    .replace(/\/+/g, '/')
    .replace(/^\//, '');
  return bare.length <= MAX_PATH && PATH.test(bare) && bare !== path ? bare : undefined;
}

/**
 * A path with Google's domain-scoped project as image paths write it: `example.com/team` for `example.com:team`.
 *
 * @see https://cloud.google.com/artifact-registry/docs/docker/names#domain
 */
export function withoutColon(path: string): string {
  return path.replace(/^([a-z0-9-]+(?:\.[a-z0-9-]+)+):(?=[a-z])/i, '$1/');
}

/**
 * Removes the parts that an image repository cannot have, and lists what they were.
 *
 * It searches instead of matching patterns at the end: those take quadratic time, and a key file can end up here.
 */
export function strip(text: string): { readonly bare: string; readonly found: string[] } {
  const found: string[] = [];
  let bare = text;
  const take = (without: string, what: string) => {
    if (without !== bare) found.push(what);
    bare = without;
  };
  take(bare.trim(), 'white space around it');
  take(bare.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''), 'a scheme');
  take(before(bare, bare.search(/@sha(?:256|512):/i)), 'a digest');
  // Up to the last "@", as a password may contain both "/" and "@".
  take(bare.slice(bare.lastIndexOf('@') + 1), 'a login');
  for (const [page, image] of PAGES) take(bare.replace(page, image), 'the path of a web page');
  take(before(bare, tagStart(bare)), 'a tag');
  let end = bare.length;
  while (bare[end - 1] === '/') end--;
  take(bare.slice(0, end), 'a "/" at its end');
  take(bare.toLowerCase(), 'upper case');
  return { bare, found };
}

/** The addresses of the pages of repositories and of their owners, and what image references write instead. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  // Whichever page of the repository it is: `/general`, `/tags`.
  [/^hub\.docker\.com\/(?:r|repository\/docker)\/([^/]+(?:\/[^/?#]+)?).*$/i, 'docker.io/$1'],
  [/^hub\.docker\.com\/(?:u|orgs|repositories)\/([^/?#]+).*$/i, 'docker.io/$1'],
  [/^quay\.io\/repository\/([^/?#]+\/[^?#]+)(?:[?#].*)?$/i, 'quay.io/$1'],
  [/^quay\.io\/(?:organization|user)\/([^/?#]+)(?:[?#].*)?$/i, 'quay.io/$1'],
];

/** Where the tag begins, or -1. A number without a path before it is a port. */
function tagStart(reference: string): number {
  const slash = reference.lastIndexOf('/');
  const colon = reference.indexOf(':', slash + 1);
  return slash < 0 && /^[0-9]*$/.test(reference.slice(colon + 1)) ? -1 : colon;
}

function before(text: string, end: number): string {
  return end < 0 ? text : text.slice(0, end);
}
