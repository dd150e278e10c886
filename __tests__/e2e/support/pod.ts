import type { KubernetesObject } from './api-client';

/** The parts of a pod that the stand-in for the kubelet uses. */
export interface Pod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly namespace: string; readonly uid: string };
  spec: PodSpec;
  readonly status?: { readonly phase?: string };
}

export interface PodSpec {
  restartPolicy?: string;
  serviceAccountName?: string;
  nodeName?: string;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
  securityContext?: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    fsGroup?: number;
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
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  securityContext?: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { drop?: string[] };
  };
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string } };
}

export interface ConfigMapReference {
  name: string;
  items?: { key: string; path: string }[];
}

export interface ProjectedSource {
  serviceAccountToken?: { audience?: string; expirationSeconds?: number; path: string };
  configMap?: ConfigMapReference;
  downwardAPI?: { items?: { path: string; fieldRef?: { fieldPath: string } }[] };
}

export interface Volume {
  name: string;
  emptyDir?: { medium?: string; sizeLimit?: string };
  configMap?: ConfigMapReference & { defaultMode?: number };
  projected?: { defaultMode?: number; sources: ProjectedSource[] };
}

/** A Kubernetes quantity in bytes. */
export function bytes(quantity: string): number {
  const [, number, suffix] = /^([0-9.]+)([EPTGMk]i?|Ki|m)?$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`not a quantity: ${quantity}`);
  if (suffix === 'm') return Math.ceil(Number(number) / 1000);
  const power = suffix === undefined ? 0 : 'kMGTPE'.indexOf(suffix[0] === 'K' ? 'k' : suffix[0]) + 1;
  return Number(number) * (suffix?.endsWith('i') ? 1024 : 1000) ** power;
}
