import { redact } from '../redact';
import { ValidationError, invalid } from '../validation';

/**
 * The names that Kubernetes accepts.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function validateName(what: string, name: unknown, pattern: RegExp, max: number, rule: string): ValidationError[] {
  if (typeof name === 'string' && name.length <= max && pattern.test(name)) return [];
  return invalid('malformed', `${redact(name)} is not a valid ${what}: expected ${rule}, at most ${max} characters`);
}

/** Checks a namespace's name (a DNS label). */
export function validateNamespace(name: unknown): ValidationError[] {
  return validateName(
    'namespace name',
    name,
    DNS_LABEL,
    63,
    'lower-case letters, digits and "-", a letter or digit at both ends',
  );
}

/** Checks the name of a Secret, ConfigMap or service account (a DNS subdomain). */
export function validateObjectName(what: string, name: unknown, max = 253): ValidationError[] {
  return validateName(
    `${what} name`,
    name,
    DNS_SUBDOMAIN,
    max,
    'lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part',
  );
}

/** Checks the base of the names of all that a construct makes. It is the construct's id if no `name` was given. */
export function validateBaseName(what: string, name: unknown, isNodeId: boolean): ValidationError[] {
  const hint = isNodeId ? '; the id of the construct is the default: pass `name` to choose another' : '';
  // A CronJob's name has at most 52 characters, and the construct adds fewer than 12 to this one.
  return validateObjectName(what, name, 40).map((error) => ({ ...error, message: `${error.message}${hint}` }));
}
