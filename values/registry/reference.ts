import {
  PATH_RULE,
  correctPath,
  splitHost,
  strip,
  validateHost,
  validatePath,
  validatePushHost,
} from '../../lib/images/image-reference';
import { PushTarget } from '../../lib/images/push-target';
import { redact } from '../../lib/redact';
import { registryOf } from '../../lib/registries/kinds';
import { validateTarget } from '../../lib/registries/registry';
import type { NamedHost } from '../../lib/registries/well-known-kinds';
import { type ValidationError, invalid } from '../../lib/validation';

/** A registry and a path on it, or what is wrong with the text. */
export interface Reference {
  /** The registry, if the host is valid. Without a host, it is Docker Hub. */
  readonly named?: NamedHost;
  /** Whether the text contains the host. */
  readonly namesHost: boolean;
  readonly path: string;
  readonly errors: readonly ValidationError[];
}

/**
 * Reads `pushRepo` or `pushRepoPrefix`. Without a host, it is on Docker Hub.
 *
 * @param isPrefix whether a host without a path is allowed, which is the prefix of a registry without namespaces
 * @param plainHttp whether the endpoint begins with http://, so that the registry has no TLS
 * @param known the registry of the endpoint, which is usually the same one
 */
export function readReference(text: string, isPrefix: boolean, plainHttp: boolean, known?: NamedHost): Reference {
  const registryWith = (host: string) => (host === known?.host ? known : registryOf(host, plainHttp));
  const asImage = asImageReference(text, registryWith);
  const { bare, found } = strip(asImage);
  if (asImage !== text) found.push('a ":" in its path instead of a "/"');
  if (bare === '') {
    const errors = invalid('missing', 'empty: expected a host and a path, like `docker.io/...`');
    return { namesHost: true, path: '', errors };
  }
  const alone = !bare.includes('/') && /[.:]|^localhost$/.test(bare);
  const { host = alone ? bare : undefined, path } = alone ? { path: '' } : splitHost(bare);
  const namesHost = host !== undefined;
  const hostErrors = validatePushHost(host ?? 'docker.io');
  if (hostErrors.length > 0) return { namesHost, path, errors: hostErrors };
  const named = registryWith(host ?? 'docker.io');
  return { named, namesHost, path, errors: pathErrors(text, named, path, found, isPrefix) };
}

/** The text with its path written as in image references, if the registry's console shows it differently. */
function asImageReference(text: string, registryWith: (host: string) => NamedHost): string {
  const [, before = '', host = '', path = ''] = /^(\s*(?:[a-z]+:\/\/)?)([^/\s]+)\/([^]*)$/i.exec(text) ?? [];
  const { kind } = registryWith(host.toLowerCase());
  return kind.imagePath === undefined ? text : `${before}${host}/${kind.imagePath(path)}`;
}

function pathErrors(
  text: string,
  named: NamedHost,
  path: string,
  found: readonly string[],
  isPrefix: boolean,
): ValidationError[] {
  if (path === '' && !isPrefix) {
    return invalid('missing', `${redact(text)} is a host without a repository: expected \`${named.host}/...\``);
  }
  if (path !== '' && validatePath(path).length > 0) {
    const message = `${redact(text)} is not a repository: expected ${PATH_RULE}`;
    const corrected = correctPath(path);
    if (corrected === undefined) return invalid('malformed', message);
    return withCorrection(message, named, corrected, isPrefix);
  }
  if (found.length === 0) return [];
  return withCorrection(`${redact(text)} has ${found.join(' and ')}`, named, path, isPrefix);
}

/** An error with the corrected value. If that is not valid either, an error with what is wrong with it. */
export function withCorrection(
  message: string,
  { host, kind }: NamedHost,
  path: string,
  isPrefix: boolean,
): ValidationError[] {
  const target = isPrefix ? PushTarget.prefix(path) : PushTarget.repository(path);
  const errors = [...(kind.validateHost?.(host) ?? []), ...validateTarget(kind, target, host)];
  if (errors.length > 0) return [...invalid('malformed', message), ...errors];
  return invalid('malformed', `${message}; \`${path === '' ? host : `${host}/${path}`}\` would be right`);
}

/** Reads `registryEndpoint`: a host, with or without a scheme. */
export function readEndpoint(text: string, plainHttp: boolean): Pick<Reference, 'named' | 'errors'> {
  const [, scheme = ''] = /^\s*(https?:\/*(?!$)|[a-z][a-z0-9+.-]*:\/\/)/i.exec(text) ?? [];
  const afterScheme = text.trim().slice(scheme.length);
  const bare = afterScheme
    .slice(afterScheme.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\/(v[12])?\/?$/, '');
  const wrong = (message: string) => ({ errors: invalid('malformed', message) });
  if (bare === '') return wrong('empty: expected a host, like `docker.io` or `https://gcr.io`');
  const named = registryOf(bare.split('/', 1)[0], plainHttp);
  const isHost = [...validatePushHost(named.host), ...(named.kind.validateHost?.(named.host) ?? [])].length === 0;
  const right = isHost ? `; \`${named.kind.endpoint(named.host)}\` would be right` : '';
  if (text.includes('@')) return wrong(`an endpoint must not contain a login${right}`);
  const reason = endpointError(scheme.toLowerCase(), bare);
  if (reason !== undefined) return wrong(`${redact(text)} is not the address of a registry: ${reason}${right}`);
  const errors = validatePushHost(bare);
  return errors.length === 0 ? { named, errors } : { errors };
}

function endpointError(scheme: string, bare: string): string | undefined {
  if (!['', 'http://', 'https://'].includes(scheme)) return 'it must begin with `https://`, `http://` or the host';
  if (bare.includes('/')) return 'it must be only host and port, without a path';
  if (validateHost(bare).length === 0) return undefined;
  const port = bare.indexOf(':');
  if (port > 0 && validateHost(bare.slice(0, port)).length === 0) return 'the port must be a number from 1 to 65535';
  return 'a host consists of the letters a to z, digits, "-" and ".", with a letter or digit before and after each "."';
}
