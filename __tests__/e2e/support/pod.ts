import type { KubernetesObject } from './api-client';

/** As much of a pod as the kubelet's part looks at. */
export interface Pod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly namespace: string; readonly uid: string };
  spec: PodSpec;
  readonly status?: { readonly phase?: string };
}

export interface PodSpec {
  restartPolicy?: string;
  serviceAccountName?: string;
  nodeName?: string;
  activeDeadlineSeconds?: number;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
  securityContext?: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    fsGroup?: number;
    supplementalGroups?: number[];
  };
  initContainers?: Container[];
  containers: Container[];
  volumes?: Volume[];
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  restartPolicy?: string;
  env?: EnvVar[];
  envFrom?: { prefix?: string; secretRef?: LocalReference; configMapRef?: LocalReference }[];
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  securityContext?: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { add?: string[]; drop?: string[] };
  };
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
}

interface LocalReference {
  name: string;
  optional?: boolean;
}

interface KeyReference extends LocalReference {
  key: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: KeyReference;
    configMapKeyRef?: KeyReference;
    fieldRef?: { fieldPath: string };
    resourceFieldRef?: unknown;
  };
}

export interface KeyToPath {
  key: string;
  path: string;
  mode?: number;
}

interface FieldPath {
  path: string;
  fieldRef?: { fieldPath: string };
}

export interface ProjectedSource {
  serviceAccountToken?: { audience?: string; expirationSeconds?: number; path: string };
  configMap?: LocalReference & { items?: KeyToPath[] };
  secret?: LocalReference & { items?: KeyToPath[] };
  downwardAPI?: { items?: FieldPath[] };
}

export interface Volume {
  name: string;
  emptyDir?: { medium?: string; sizeLimit?: string };
  configMap?: LocalReference & { defaultMode?: number; items?: KeyToPath[] };
  secret?: { secretName: string; optional?: boolean; defaultMode?: number; items?: KeyToPath[] };
  projected?: { defaultMode?: number; sources: ProjectedSource[] };
  downwardAPI?: { defaultMode?: number; items?: FieldPath[] };
}

/** What `fieldRef` can name. */
export function field(pod: Pod, path: string, podIp: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map !== undefined) return pod.metadata[map as 'labels' | 'annotations']?.[key] ?? '';
  const known: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.podIP': podIp,
    'status.hostIP': '127.0.0.1',
  };
  const value = known[path];
  if (value === undefined) throw new Error(`fieldRef ${path} is not known to these tests' kubelet`);
  return value;
}

/** The bytes of a Kubernetes quantity. */
export function bytes(quantity: string): number {
  const [, number, suffix] = /^([0-9.]+)([EPTGMk]i?|Ki|m)?$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`not a quantity: ${quantity}`);
  if (suffix === 'm') return Math.ceil(Number(number) / 1000);
  const power = suffix === undefined ? 0 : 'kMGTPE'.indexOf(suffix[0] === 'K' ? 'k' : suffix[0]) + 1;
  return Number(number) * (suffix?.endsWith('i') ? 1024 : 1000) ** power;
}
