import {
  correctPath,
  hostFaults,
  PATH_RULE,
  pathFaults,
  pushHostFaults,
  splitHost,
} from '../lib/images/image-reference';
import { kindOf } from '../lib/registries/kinds';
import { shown } from '../lib/shown';

/** A registry's host and a path on it, or what is wrong with the text that should say so. */
export interface Reference {
  /** The host as image references have it, where the text has a usable one or means Docker Hub by naming none. */
  readonly host?: string;
  /** Whether the text names the host. */
  readonly namesHost: boolean;
  readonly path: string;
  readonly fault?: string;
}

/**
 * Reads `pushRepo` or `pushRepoPrefix`. Without a host it is on Docker Hub.
 *
 * @param mayBeHostAlone whether the host alone means something: the prefix of a registry without namespaces
 */
export function readReference(text: string, mayBeHostAlone: boolean): Reference {
  const { bare, found } = strip(text);
  if (bare === '') return { namesHost: true, path: '', fault: 'empty; a registry and a path on it are wanted' };
  const alone = !bare.includes('/') && /[.:]|^localhost$/.test(bare);
  const { host = alone ? bare : undefined, path } = alone ? { path: '' } : splitHost(bare);
  const namesHost = host !== undefined;
  const hostFault = pushHostFaults(host ?? 'docker.io')[0];
  if (hostFault !== undefined) return { namesHost, path, fault: hostFault };
  const canonical = kindOf(host ?? 'docker.io').canonicalHost(host ?? 'docker.io') ?? host;
  const reference = { host: canonical, namesHost, path };
  if (path === '' && !mayBeHostAlone) {
    return { ...reference, fault: `${shown(text)} is a registry without a repository: \`${canonical}/...\`` };
  }
  if (path !== '' && pathFaults(path).length > 0) {
    const corrected = correctPath(path);
    const right = corrected === undefined ? '' : `; \`${canonical}/${corrected}\` would be right`;
    return { ...reference, fault: `${shown(text)} is no repository: ${PATH_RULE}${right}` };
  }
  if (found.length === 0) return reference;
  const right = path === '' ? canonical : `${canonical}/${path}`;
  return { ...reference, fault: `${shown(text)} has ${found.join(' and ')}; \`${right}\` would be right` };
}

/** Takes off what an image's repository does not have, and names what that was. */
function strip(text: string): { bare: string; found: string[] } {
  const found: string[] = [];
  let bare = text;
  const take = (pattern: RegExp, what: string, replacement = '') => {
    const without = bare.replace(pattern, replacement);
    if (without !== bare) found.push(what);
    bare = without;
  };
  take(/^\s+|\s+$/g, 'white space around it');
  take(/^[a-z][a-z0-9+.-]*:\/\//i, 'a scheme');
  take(/@sha(?:256|512):.*$/i, 'a digest');
  // To the last "@": a password may hold both "/" and "@".
  take(/^.*@/, 'a login');
  take(/^hub\.docker\.com\/(?:r|repository\/docker)\//i, 'the path of a web page', 'docker.io/');
  take(/(?<=\/[^/]*):[^/]*$/, 'a tag');
  take(/\/+$/, 'a "/" at its end');
  if (bare !== bare.toLowerCase()) found.push('upper case');
  return { bare: bare.toLowerCase(), found };
}

/** Reads `registryEndpoint`: a host, with or without a scheme. */
export function readEndpoint(text: string): Reference {
  const bare = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/^.*@/, '')
    .toLowerCase()
    .replace(/\/(v[12])?\/?$/, '');
  const host = bare.split('/')[0];
  const canonical = kindOf(host).canonicalHost(host) ?? host;
  const right = hostFaults(host).length === 0 ? `; \`${kindOf(canonical).endpoint(canonical)}\` would be right` : '';
  const none = { path: '', namesHost: false };
  if (bare === '') return { ...none, fault: 'empty; a host is wanted, as in `docker.io` or `https://gcr.io`' };
  if (text.includes('@')) return { ...none, fault: `a login does not belong here${right}` };
  if (hostFaults(bare).length > 0) {
    return {
      ...none,
      fault: `${shown(text)} is not the address of a registry: host and port alone, without a path${right}`,
    };
  }
  const fault = pushHostFaults(bare)[0];
  return fault === undefined ? { path: '', namesHost: true, host: canonical } : { ...none, fault };
}
