import { shown } from '../redact';

/**
 * Names as Kubernetes accepts them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function nameFaults(what: string, name: unknown, pattern: RegExp, max: number, rule: string): string[] {
  if (typeof name === 'string' && name.length <= max && pattern.test(name)) return [];
  return [`${shown(name)} is no ${what}: ${rule}, at most ${max} characters`];
}

/** Faults of a namespace's name (a DNS label). */
export function namespaceFaults(name: unknown): string[] {
  return nameFaults(
    'namespace name',
    name,
    DNS_LABEL,
    63,
    'lower-case letters, digits and "-", a letter or digit at both ends',
  );
}

/** Faults of the name of a Secret, ConfigMap or service account (a DNS subdomain). */
export function objectNameFaults(what: string, name: unknown, max = 253): string[] {
  return nameFaults(
    `${what} name`,
    name,
    DNS_SUBDOMAIN,
    max,
    'lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part',
  );
}

/** Faults of the base of the names of what a construct makes, which is its node id where no `name` was given. */
export function baseNameFaults(what: string, name: unknown, isNodeId: boolean): string[] {
  const hint = isNodeId ? '; it is the node id: pass a `name`' : '';
  // A CronJob's name has at most 52 characters, and up to twelve are added to this one.
  return objectNameFaults(what, name, 40).map((fault) => `${fault}${hint}`);
}
