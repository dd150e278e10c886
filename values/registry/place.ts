import type { PushTarget } from '../../lib/images/push-target';
import { validateNamespace, validateObjectName } from '../../lib/kubernetes/names';
import type { RegistryKind } from '../../lib/registries/registry';
import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import type { CustomImageValues, Values } from '../schema/schema';
import { hostKey, readRegistryTarget } from './target';

const PUSH_SECRET_NAME: ValuePath = ['customImage', 'pushSecretName'];

/** The registry of a values file, and the place of its push Secret. Wrong values are left out. */
export interface Place {
  readonly namespaces: string[];
  readonly host?: string;
  readonly kind?: RegistryKind;
  readonly target?: PushTarget;
  readonly pushSecretName: string;
}

/** Reads everything in a values file except the login. */
export function readPlace(values: Values, name: string, report: FileReport): Place {
  const { customImage = {} } = values;
  const namespaces = readNamespaces(values, report);
  const registry = readRegistryTarget(customImage, report);
  const pushSecretName = customImage.pushSecretName ?? `${name}-push-secret`;
  checkPushSecretName(customImage, pushSecretName, report);
  if (registry.host !== undefined) {
    report.errors(hostKey(customImage), registry.kind?.validateHost?.(registry.host) ?? []);
  }
  return { namespaces, pushSecretName, ...registry };
}

/** The valid namespaces. Wrong ones are reported here and left out, so that they cause no further findings. */
function readNamespaces(values: Values, report: FileReport): string[] {
  const key = 'targetNamespace';
  const given = values.targetNamespace ?? 'hub';
  if (typeof given === 'string') {
    const parts = given.split(/[\s,]+/);
    const isList = parts.length > 1 && parts.every((part) => validateNamespace(part).length === 0);
    const hint = isList ? `; write several namespaces as a list: \`[${parts.join(', ')}]\`` : '';
    const errors = validateNamespace(given).map((error) => ({ ...error, message: error.message + hint }));
    report.errors([key], errors);
    return report.isBroken([key]) ? [] : [given];
  }
  const list = given;
  const seen = new Set<string>();
  list.forEach((namespace, i) => {
    if (namespace === undefined || report.isFull) return;
    report.errors([key, i], validateNamespace(namespace));
    if (seen.has(namespace))
      report.problem([key, i], 'duplicate', `${namespace} is already in the list: remove one of the two`);
    seen.add(namespace);
  });
  return list.flatMap((namespace, i) => (namespace === undefined || report.isBroken([key, i]) ? [] : [namespace]));
}

function checkPushSecretName(customImage: CustomImageValues, name: string, report: FileReport): void {
  // A wrong default comes from a wrong file name, which is already reported.
  if (customImage.pushSecretName !== undefined && validateObjectName('Secret', name).length > 0) {
    // Don't echo the value: people paste passwords into the wrong key.
    const message =
      'this is not a valid name of a Secret: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; give the name, not the password itself';
    report.problem(PUSH_SECRET_NAME, 'malformed', message);
  }
  if (/(^|-)controller-custom-image-push-secret$/.test(name)) {
    const message = `the PrimeHub chart makes a Secret ${name} itself when registryEndpoint is set: if you use the chart, choose another name`;
    report.warning(PUSH_SECRET_NAME, 'conflict', message);
  }
}
