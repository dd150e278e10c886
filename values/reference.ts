import { hostFaults, pathFaults, splitHost } from '../lib/registries/image-reference';
import { kindOf } from '../lib/registries/kinds';
import { shown } from '../lib/kubernetes/names';

/** A registry's host and a path on it, or what is wrong with the text that should say so. */
export interface Reference {
  readonly host?: string;
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
  const alone = !bare.includes('/') && /[.:]|^localhost$/.test(bare);
  const { host = alone ? bare : 'docker.io', path } = alone ? { path: '' } : splitHost(bare);
  const canonical = kindOf(host).canonicalHost(host) ?? host;
  const faults = [...hostFaults(host), ...(path === '' && mayBeHostAlone ? [] : pathFaults(path))];
  if (faults.length === 0 && found.length === 0) return { host: canonical, path };
  const corrected = path === '' ? canonical : `${canonical}/${path}`;
  if (faults.length === 0) {
    return {
      host: canonical,
      path,
      fault: `${shown(text)} has ${found.join(' and ')}; \`${corrected}\` would be right`,
    };
  }
  if (path === '' && hostFaults(host).length === 0) {
    return {
      host: canonical,
      path,
      fault: `${shown(text)} is a registry without a repository: \`${host}/<repository>\``,
    };
  }
  return { path, fault: faults[0] };
}

/** Takes off what an image's repository does not have, and names what that was. */
function strip(text: string): { bare: string; found: string[] } {
  const found: string[] = [];
  let bare = text;
  const take = (pattern: RegExp, what: string) => {
    const without = bare.replace(pattern, '');
    if (without !== bare) found.push(what);
    bare = without;
  };
  take(/^\s+|\s+$/g, 'white space around it');
  take(/^[a-z][a-z0-9+.-]*:\/\//i, 'a scheme');
  take(/@[a-z0-9+._-]+:[0-9a-f]+$/i, 'a digest');
  take(/^[^/]*@/, 'a login');
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
    .replace(/^[^/]*@/, '')
    .toLowerCase()
    .replace(/\/(v[12])?\/?$/, '');
  if (/\/\/[^/]*@/.test(text)) {
    return { path: '', fault: `a login does not belong here; \`https://${bare}\` would be right` };
  }
  if (hostFaults(bare).length > 0) {
    const host = bare.split('/')[0];
    const faults = hostFaults(host);
    const right = faults.length === 0 ? `; \`${kindOf(host).endpoint(host)}\` would be right` : '';
    return {
      path: '',
      fault: `${shown(text)} is not the address of a registry: host and port alone, without a path${right}`,
    };
  }
  return { path: '', host: kindOf(bare).canonicalHost(bare) ?? bare };
}
