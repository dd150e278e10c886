import { Schedule } from '../../lib/token-refresher/schedule';
import { ListRef, ObjectRef } from './snapshot';
import { DoctorRegistry, KubeObject } from './types';

// What is read besides the objects of dist/.

export function pushSecretRef({ pushSecretName: name }: DoctorRegistry, namespace: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Secret', name, namespace };
}

/** The names of the objects that PrimeHub's chart makes. */
export const CONTROLLER_CONFIG = 'primehub-controller-config';
export const controllerConfigRef = (namespace: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: CONTROLLER_CONFIG,
  namespace,
});
export const controllerRef = (namespace: string): ObjectRef => deployment('primehub-controller', namespace);
export const consoleRef = (namespace: string): ObjectRef => deployment('primehub-console', namespace);

/** The Helm releases of a namespace. */
export const releasesRef = (namespace: string): ListRef => ({ resource: 'secrets', namespace, selector: 'owner=helm' });

export const ALL_CRON_JOBS: ListRef = { resource: 'cronjobs.batch' };
export const jobsRef = (namespace: string): ListRef => ({ resource: 'jobs.batch', namespace });
export const podsRef = ({ metadata }: KubeObject): ListRef => ({
  resource: 'pods',
  namespace: metadata.namespace,
  selector: `job-name=${metadata.name}`,
});

/** The CronJob of a registry's token refresher, from dist/. */
export function cronJobOf({ manifests }: DoctorRegistry): KubeObject | undefined {
  return manifests.find(({ kind }) => kind === 'CronJob');
}

/** The Job of the first token, from dist/. */
export function firstJobOf({ manifests }: DoctorRegistry): KubeObject | undefined {
  return manifests.find(({ kind }) => kind === 'Job');
}

/** The longest time between two runs of the refresher, in minutes. */
export function gapMinutes(registry: DoctorRegistry): number | undefined {
  const { schedule } = (cronJobOf(registry)?.spec ?? {}) as { schedule?: string };
  return schedule === undefined ? undefined : Schedule.cron(schedule)._longestGapMinutes;
}

function deployment(name: string, namespace: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace };
}
