import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { validateNamespace } from './names';
import { ValidationErrors, invalid } from '../validation';

/**
 * The namespaces of a construct: those given, or the chart's. Adds what is wrong to `errors`.
 *
 * No namespace at all is an error: kubectl would put the object into its current one, whichever that is.
 */
export function resolveNamespaces(scope: Construct, given: string[] | undefined, errors: ValidationErrors): string[] {
  const chartNamespace = Chart.of(scope).namespace;
  const namespaces = given ?? (chartNamespace === undefined ? [] : [chartNamespace]);
  if (!Array.isArray(namespaces)) {
    errors.add('namespaces', invalid('wrong-type', 'expected a list of namespace names'));
    return [];
  }
  if (namespaces.length === 0) {
    errors.add(
      'namespaces',
      invalid(
        'missing',
        'missing, and the chart has no namespace: pass `namespaces` here, or `namespace` to the chart',
      ),
    );
  }
  for (const namespace of namespaces) errors.add('namespaces', validateNamespace(namespace));
  const once = new Set<string>();
  const repeated = new Set(namespaces.filter((namespace) => once.has(namespace) || !once.add(namespace)));
  if (repeated.size > 0) {
    errors.add('namespaces', invalid('duplicate', `listed twice: ${[...repeated].join(', ')}`));
  }
  return [...namespaces];
}

/** The namespace of an object: the one given, or the chart's. Adds what is wrong to `errors`. */
export function resolveNamespace(
  scope: Construct,
  given: string | undefined,
  errors: ValidationErrors,
): string | undefined {
  const namespace = given ?? Chart.of(scope).namespace;
  if (namespace === undefined) {
    errors.add(
      'namespace',
      invalid('missing', 'missing, and the chart has no namespace: pass `namespace`, here or to the chart'),
    );
  } else {
    errors.add('namespace', validateNamespace(namespace));
  }
  return namespace;
}
