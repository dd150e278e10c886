import {
  correctPath,
  hostFaults,
  PATH_RULE,
  pathFaults,
  pushHostFaults,
  splitHost,
  strip,
} from '../../lib/images/image-reference';
import { PushTarget } from '../../lib/images/push-target';
import { kindOf } from '../../lib/registries/kinds';
import { targetFaults } from '../../lib/registries/registry';
import { shown } from '../../lib/redact';

/** A registry's host and a path on it, or what is wrong with the text that should say so. */
export interface Reference {
  /** The host as image references have it, where the text has a usable one or means Docker Hub by naming none. */
  readonly host?: string;
  /** Whether the text names the host. */
  readonly namesHost: boolean;
  readonly path: string;
  readonly faults: readonly string[];
}

/**
 * Reads `pushRepo` or `pushRepoPrefix`. Without a host it is on Docker Hub.
 *
 * @param isPrefix whether the host alone can mean something: the prefix of a registry without namespaces
 */
export function readReference(text: string, isPrefix: boolean): Reference {
  const { bare, found } = strip(text);
  if (bare === '') return { namesHost: true, path: '', faults: ['empty; a registry and a path on it are wanted'] };
  const alone = !bare.includes('/') && /[.:]|^localhost$/.test(bare);
  const { host = alone ? bare : undefined, path } = alone ? { path: '' } : splitHost(bare);
  const namesHost = host !== undefined;
  const hostFault = pushHostFaults(host ?? 'docker.io')[0];
  if (hostFault !== undefined) return { namesHost, path, faults: [hostFault] };
  const canonical = kindOf(host ?? 'docker.io').canonicalHost(host ?? 'docker.io') ?? host ?? 'docker.io';
  const reference = { host: canonical, namesHost, path };
  if (path === '' && !isPrefix) {
    return { ...reference, faults: [`${shown(text)} is a registry without a repository: \`${canonical}/...\``] };
  }
  if (path !== '' && pathFaults(path).length > 0) {
    const fault = `${shown(text)} is no repository: ${PATH_RULE}`;
    const corrected = correctPath(path);
    if (corrected === undefined) return { ...reference, faults: [fault] };
    return { ...reference, faults: withCorrection(fault, canonical, corrected, isPrefix) };
  }
  if (found.length === 0) return { ...reference, faults: [] };
  const fault = `${shown(text)} has ${found.join(' and ')}`;
  return { ...reference, faults: withCorrection(fault, canonical, path, isPrefix) };
}

/** A fault with what would be right; or, where that is not right either, with what is wrong with it. */
export function withCorrection(fault: string, host: string, path: string, isPrefix: boolean): string[] {
  const target = isPrefix ? PushTarget.prefix(path) : PushTarget.repository(path);
  const faults = targetFaults(kindOf(host), target, host);
  if (faults.length > 0) return [fault, ...faults];
  return [`${fault}; \`${path === '' ? host : `${host}/${path}`}\` would be right`];
}

/** Reads `registryEndpoint`: a host, with or without a scheme. */
export function readEndpoint(text: string): Reference {
  const [, scheme = ''] = /^\s*(https?:\/*(?!$)|[a-z][a-z0-9+.-]*:\/\/)/i.exec(text) ?? [];
  const afterScheme = text.trim().slice(scheme.length);
  const bare = afterScheme
    .slice(afterScheme.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\/(v[12])?\/?$/, '');
  const host = bare.split('/', 1)[0];
  const canonical = kindOf(host).canonicalHost(host) ?? host;
  const right =
    pushHostFaults(host).length === 0 ? `; \`${kindOf(canonical).endpoint(canonical)}\` would be right` : '';
  const wrong = (fault: string) => ({ path: '', namesHost: false, faults: [fault] });
  if (bare === '') return wrong('empty; a host is wanted, as in `docker.io` or `https://gcr.io`');
  if (text.includes('@')) return wrong(`a login does not belong here${right}`);
  const reason = endpointFault(scheme.toLowerCase(), bare);
  if (reason !== undefined) return wrong(`${shown(text)} is not the address of a registry: ${reason}${right}`);
  const fault = pushHostFaults(bare)[0];
  return fault === undefined ? { path: '', namesHost: true, host: canonical, faults: [] } : wrong(fault);
}

function endpointFault(scheme: string, bare: string): string | undefined {
  if (!['', 'http://', 'https://'].includes(scheme)) return 'it begins with `https://`, `http://` or the host';
  if (bare.includes('/')) return 'host and port alone, without a path';
  if (hostFaults(bare).length === 0) return undefined;
  const port = bare.indexOf(':');
  if (port > 0 && hostFaults(bare.slice(0, port)).length === 0) return 'a port is a number from 1 to 65535';
  return 'a host has the letters a to z, digits, "-" and ".", with a letter or digit before and after each "."';
}
