import type { ApiClient } from './api-client';
import { type Container, field, type Pod } from './pod';

/** The kubelet's `CreateContainerConfigError`: the pod asks for something that is not there. */
export class ContainerConfigError extends Error {}

/** The variables that a container gets, as the kubelet makes them, over what its image sets. */
export async function environmentOf(
  pod: Pod,
  container: Container,
  context: { api: ApiClient; apiPort: number; podIp: string; image: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const { api, podIp } = context;
  const namespace = pod.metadata.namespace;
  const environment: Record<string, string> = {
    ...context.image,
    HOSTNAME: pod.metadata.name,
    ...apiServerVariables(context.apiPort),
  };

  for (const { prefix, secretRef, configMapRef } of container.envFrom ?? []) {
    const data = secretRef
      ? await secretData(api, namespace, secretRef)
      : configMapRef
        ? await configMapData(api, namespace, configMapRef)
        : undefined;
    for (const [key, value] of data ?? []) environment[(prefix ?? '') + key] = value.toString('utf8');
  }

  for (const { name, value, valueFrom } of container.env ?? []) {
    const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom ?? {};
    if (secretKeyRef ?? configMapKeyRef) {
      const data = secretKeyRef
        ? await secretData(api, namespace, secretKeyRef)
        : await configMapData(api, namespace, configMapKeyRef!);
      const { key, optional, name: source } = (secretKeyRef ?? configMapKeyRef)!;
      const found = data?.get(key);
      if (found !== undefined) environment[name] = found.toString('utf8');
      else if (!optional) throw new ContainerConfigError(`couldn't find key ${key} in ${namespace}/${source}`);
    } else if (fieldRef) {
      environment[name] = field(pod, fieldRef.fieldPath, podIp);
    } else if (valueFrom) {
      throw new Error(`env ${name}: ${Object.keys(valueFrom).join()} is not known to these tests' kubelet`);
    } else {
      environment[name] = expand(value ?? '', environment);
    }
  }
  return environment;
}

/** Kubernetes' `$(NAME)`: an unknown name stays as it is, and `$$` stands for `$`. */
export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, next: string, name: string) =>
    next === '$' ? '$' : Object.hasOwn(environment, name) ? environment[name] : whole,
  );
}

/** The keys of a Secret; `undefined` where it is optional and absent. */
export async function secretData(
  api: ApiClient,
  namespace: string,
  { name, optional }: { name: string; optional?: boolean },
): Promise<Map<string, Buffer> | undefined> {
  const found = await api.find<{ data?: Record<string, string> }>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (found === undefined && !optional) throw new ContainerConfigError(`secret "${name}" not found`);
  return found && new Map(Object.entries(found.data ?? {}).map(([key, data]) => [key, Buffer.from(data, 'base64')]));
}

/** The keys of a ConfigMap; `undefined` where it is optional and absent. */
export async function configMapData(
  api: ApiClient,
  namespace: string,
  { name, optional }: { name: string; optional?: boolean },
): Promise<Map<string, Buffer> | undefined> {
  const found = await api.find<{ data?: Record<string, string>; binaryData?: Record<string, string> }>(
    `/api/v1/namespaces/${namespace}/configmaps/${name}`,
  );
  if (found === undefined && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  if (found === undefined) return undefined;
  return new Map([
    ...Object.entries(found.data ?? {}).map(([key, data]): [string, Buffer] => [key, Buffer.from(data)]),
    ...Object.entries(found.binaryData ?? {}).map(([key, data]): [string, Buffer] => [
      key,
      Buffer.from(data, 'base64'),
    ]),
  ]);
}

/** The variables of the service `kubernetes`, at the address where the API server is to be had here. */
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
