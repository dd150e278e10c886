import { join } from 'path';
import { parse } from 'yaml';
import { DoctorRegistry, Kubectl, KubectlResult, KubeObject } from '../../../../cli/doctor';
import { EXPIRES_AT } from '../../../../cli/doctor/check-secret';
import { cronJobOf, firstJobOf } from '../../../../cli/doctor/refs';
import { dockerConfigJson } from '../../../../lib/push-secret/docker-config';
import { loadAll } from '../../../support/load-all';
import { REPOSITORY } from '../../../support/run-app';

export const NOW = new Date('2026-06-01T12:00:00Z');
export const PASSWORD = 'correct-horse';

/** A registry of this repository's own dist/. */
export function registry(name: 'ecr' | 'dockerhub', change: Partial<DoctorRegistry> = {}): DoctorRegistry {
  const manifests = loadAll<KubeObject>(join(REPOSITORY, 'dist', `${name}.k8s.yaml`));
  const { data } = manifests.find(({ kind }) => kind === 'ConfigMap')!;
  const { customImage } = parse(data!['config.yaml']) as { customImage: { pushSecretName: string; pushRepo: string } };
  return {
    name,
    namespaces: ['hub'],
    host: customImage.pushRepo.split('/')[0],
    pushSecretName: customImage.pushSecretName,
    pushSecretFrom: name === 'ecr' ? 'tokens' : 'login',
    manifests,
    settings: customImage,
    ...change,
  };
}

/** The objects of a cluster in which a registry is healthy. */
export function healthy(registry: DoctorRegistry): KubeObject[] {
  const { name, namespaces, manifests, host, pushSecretName, settings } = registry;
  const namespace = namespaces[0];
  const created = new Date(NOW.getTime() - 3600_000).toISOString();
  const succeeded = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: created }] };
  const live = manifests.map((object) => ({
    ...object,
    metadata: { ...object.metadata, uid: `uid of ${object.kind}`, creationTimestamp: created },
    ...(object.kind === 'Job' ? { status: succeeded } : {}),
  }));
  const config = dockerConfigJson([{ host, username: 'user', password: PASSWORD }]);
  const expires = new Date(NOW.getTime() + 11 * 3600_000).toISOString();
  const [, manager] = /"--field-manager=([^"]+)"/.exec(JSON.stringify(cronJobOf(registry) ?? {})) ?? [];
  const secret = {
    ...object('v1', 'Secret', pushSecretName, namespace),
    metadata: {
      ...{ name: pushSecretName, namespace, annotations: { [EXPIRES_AT]: expires } },
      managedFields: [
        { manager: manager ?? 'kubectl', time: created, fieldsV1: { 'f:data': { 'f:.dockerconfigjson': {} } } },
      ],
    },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
  const controller = {
    ...object('v1', 'ConfigMap', 'primehub-controller-config', namespace),
    data: { 'config.yaml': JSON.stringify({ customImage: { buildJob: {}, ...settings } }) },
  };
  const env = [{ name: 'PRIMEHUB_CUSTOM_IMAGE_REGISTRY_ENDPOINT', value: settings.registryEndpoint }];
  const console = {
    ...object('apps/v1', 'Deployment', 'primehub-console', namespace),
    spec: { template: { spec: { containers: [{ name, env }] } } },
  };
  return [object('v1', 'Namespace', namespace), secret, ...live, controller, console];
}

export function object(apiVersion: string, kind: string, name: string, namespace?: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace } };
}

/** The Job of the first token, as in dist/. */
export const firstJob = (registry: DoctorRegistry): string => firstJobOf(registry)!.metadata.name;

export interface Recording {
  readonly minor?: string;
  /** The versions of API groups that operators serve. */
  readonly groups?: Readonly<Record<string, string[]>>;
  /** What `kubectl logs` prints. */
  readonly logs?: string;
  /** Answers that are not objects, by the first pattern that is in the arguments. */
  readonly fails?: readonly [RegExp, Partial<KubectlResult>][];
}

/** A kubectl for a cluster with these objects. */
export function recorded(objects: readonly KubeObject[], recording: Recording = {}): Kubectl {
  const done = (stdout: string): KubectlResult => ({ status: 0, stdout, stderr: '' });
  return (args) => {
    const text = args.join(' ');
    const failure = recording.fails?.find(([pattern]) => pattern.test(text))?.[1];
    if (failure !== undefined) return Promise.resolve({ status: 1, stdout: '', stderr: '', ...failure });
    if (args[0] === 'version') {
      return Promise.resolve(done(JSON.stringify({ serverVersion: { major: '1', minor: recording.minor ?? '31+' } })));
    }
    if (args[0] === 'logs') return Promise.resolve(done(recording.logs ?? ''));
    if (args[1] === '--raw') {
      const versions = recording.groups?.[args[2].replace('/apis/', '')]?.map((version) => ({ version }));
      if (versions !== undefined) return Promise.resolve(done(JSON.stringify({ versions })));
      return Promise.resolve({ status: 1, stdout: '', stderr: 'Error from server (NotFound): not found' });
    }
    const namespace = args.includes('--namespace') ? args[args.indexOf('--namespace') + 1] : undefined;
    const type = args[1].split('.')[0];
    const here = objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
    const of = (kind: string) => here.filter((one) => one.kind?.toLowerCase() === kind);
    if (!args.includes('--ignore-not-found')) {
      const selector = /--selector=(\S+)=(\S+)/.exec(text);
      const items = of(type.replace(/s$/, '')).filter(
        ({ metadata }) => selector === null || metadata.labels?.[selector[1]] === selector[2],
      );
      return Promise.resolve(done(JSON.stringify({ items })));
    }
    const names = args.slice(
      2,
      args.findIndex((arg) => arg.startsWith('--')),
    );
    const items = of(type).filter(({ metadata }) => names.includes(metadata.name));
    if (items.length === 0) return Promise.resolve(done(''));
    return Promise.resolve(done(JSON.stringify(names.length === 1 ? items[0] : { items })));
  };
}
