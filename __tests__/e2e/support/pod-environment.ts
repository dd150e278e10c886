import type { ApiClient } from './api-client';
import type { Container, Pod } from './pod';

/** The kubelet's `CreateContainerConfigError`: the pod needs something that does not exist. */
export class ContainerConfigError extends Error {}

/** The variables that the kubelet gives a container, in addition to those of its image. */
export async function environmentOf(
  pod: Pod,
  container: Container,
  context: { api: ApiClient; apiPort: number; image: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const { api } = context;
  const namespace = pod.metadata.namespace;
  const environment: Record<string, string> = {
    ...context.image,
    HOSTNAME: pod.metadata.name,
    ...apiServerVariables(context.apiPort),
  };

  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom?.secretKeyRef) {
      const { key, name: source } = valueFrom.secretKeyRef;
      const found = (await secretData(api, namespace, source)).get(key);
      if (found === undefined) throw new ContainerConfigError(`couldn't find key ${key} in ${namespace}/${source}`);
      environment[name] = found.toString('utf8');
    } else if (valueFrom) {
      throw new Error(`env ${name}: ${Object.keys(valueFrom).join()} is not supported by these tests' kubelet`);
    } else {
      environment[name] = expand(value ?? '', environment);
    }
  }
  return environment;
}

/** Expands Kubernetes' `$(NAME)`. An unknown name stays unchanged, and `$$` means `$`. */
export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, next: string, name: string) =>
    next === '$' ? '$' : Object.hasOwn(environment, name) ? environment[name] : whole,
  );
}

/** The keys of a Secret. */
async function secretData(api: ApiClient, namespace: string, name: string): Promise<Map<string, Buffer>> {
  const found = await api.find<{ data?: Record<string, string> }>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (found === undefined) throw new ContainerConfigError(`secret "${name}" not found`);
  return new Map(Object.entries(found.data ?? {}).map(([key, data]) => [key, Buffer.from(data, 'base64')]));
}

/** The keys of a ConfigMap. */
export async function configMapData(api: ApiClient, namespace: string, name: string): Promise<Map<string, Buffer>> {
  const found = await api.find<{ data?: Record<string, string> }>(`/api/v1/namespaces/${namespace}/configmaps/${name}`);
  if (found === undefined) throw new ContainerConfigError(`configmap "${name}" not found`);
  return new Map(Object.entries(found.data ?? {}).map(([key, data]) => [key, Buffer.from(data)]));
}

/** The variables of the service `kubernetes`, with the API server's address in the tests. */
function apiServerVariables(port: number): Record<string, string> {
  const host = '127.0.0.1';
  const url = `tcp://${host}:${port}`;
  return {
    KUBERNETES_SERVICE_HOST: host,
    KUBERNETES_SERVICE_PORT: String(port),
    KUBERNETES_SERVICE_PORT_HTTPS: String(port),
    KUBERNETES_PORT: url,
    KUBERNETES_PORT_443_TCP: url,
    KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
    KUBERNETES_PORT_443_TCP_PORT: String(port),
    KUBERNETES_PORT_443_TCP_ADDR: host,
  };
}
