import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { namespaceFaults } from './names';
import { Faults } from '../validation';

/**
 * The namespaces that a construct works in: those given, else the chart's. Faults go to `faults`.
 *
 * An object without a namespace would land wherever kubectl happens to point, so none at all is a fault.
 */
export function resolveNamespaces(scope: Construct, given: string[] | undefined, faults: Faults): string[] {
  const chartNamespace = Chart.of(scope).namespace;
  const namespaces = given ?? (chartNamespace === undefined ? [] : [chartNamespace]);
  if (!Array.isArray(namespaces)) {
    faults.add('namespaces', 'a list of namespace names is wanted');
    return [];
  }
  if (namespaces.length === 0) {
    faults.add('namespaces', 'none given and the chart has none: pass `namespaces`, or `namespace` to the chart');
  }
  for (const namespace of namespaces) faults.add('namespaces', ...namespaceFaults(namespace));
  const repeated = namespaces.filter((namespace, i) => namespaces.indexOf(namespace) !== i);
  if (repeated.length > 0) faults.add('namespaces', `named twice: ${[...new Set(repeated)].join(', ')}`);
  return [...namespaces];
}

/** The one namespace of an object: the one given, else the chart's. Faults go to `faults`. */
export function resolveNamespace(scope: Construct, given: string | undefined, faults: Faults): string | undefined {
  const namespace = given ?? Chart.of(scope).namespace;
  if (namespace === undefined) {
    faults.add('namespace', 'none given and the chart has none: pass `namespace`, here or to the chart');
  } else {
    faults.add('namespace', ...namespaceFaults(namespace));
  }
  return namespace;
}
