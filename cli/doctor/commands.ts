import { shellWord } from '../../synth/shell-word';
import { authsKey } from '../../lib/push-secret/docker-config';
import { DoctorRegistry, KubeObject } from './types';

/** The commands that the lines propose, for the cluster and the output folder of this run. */
export class Commands {
  constructor(
    private readonly context: string | undefined,
    private readonly dist: string,
  ) {}

  /** kubectl with a namespace or without one. The arguments are shell text. */
  kubectl(namespace: string | undefined, ...args: string[]): string {
    const context = this.context === undefined ? [] : ['--context', shellWord(this.context)];
    return ['kubectl', ...context, ...(namespace === undefined ? [] : ['-n', namespace]), ...args].join(' ');
  }

  helm(namespace: string, ...args: string[]): string {
    const context = this.context === undefined ? [] : ['--kube-context', shellWord(this.context)];
    return ['helm', ...context, '--namespace', namespace, ...args].join(' ');
  }

  /** Applies the committed manifests of a registry. */
  apply({ name }: DoctorRegistry): string {
    return this.kubectl(undefined, 'apply', '-f', shellWord(`${this.dist}/${name}.k8s.yaml`));
  }

  applyAll(): string {
    return this.kubectl(undefined, 'apply', '-f', shellWord(`${this.dist}/`));
  }

  /** Deletes an object that apply cannot correct, and applies it again. */
  replace(registry: DoctorRegistry, { kind, metadata }: KubeObject): string {
    const object = `${String(kind).toLowerCase()}/${metadata.name}`;
    return `${this.kubectl(metadata.namespace, 'delete', object)} && ${this.apply(registry)}`;
  }

  /** Gives a registry's settings to PrimeHub's chart. */
  upgrade({ name }: DoctorRegistry, namespace: string, release = 'primehub', ...more: string[]): string {
    const fragment = shellWord(`${this.dist}/helm/${name}.values.yaml`);
    return this.helm(namespace, 'upgrade', '--reuse-values', '-f', fragment, ...more, release, 'infuseai/primehub');
  }

  /** Starts a run of the refresher, if there is one. */
  refresh({ manifests }: DoctorRegistry): string | undefined {
    const cronJob = manifests.find(({ kind }) => kind === 'CronJob');
    if (cronJob === undefined) return undefined;
    const { name, namespace } = cronJob.metadata;
    return this.kubectl(namespace, 'create', 'job', `--from=cronjob/${name}`, `${name}-$(date +%s)`);
  }

  /** Creates the push Secret, in the way of this registry. */
  makeSecret(registry: DoctorRegistry, namespace: string): string {
    const { name, pushSecretName, pushSecretFrom, host } = registry;
    switch (pushSecretFrom) {
      case 'tokens':
        return this.refresh(registry) ?? this.apply(registry);
      case 'login':
        return this.kubectl(undefined, 'apply', '-f', shellWord(`${this.dist}/${name}-push-secret.k8s.yaml`));
      case 'sealed':
        return this.kubectl(namespace, 'describe', `sealedsecret/${pushSecretName}`);
      case 'external':
        return this.kubectl(namespace, 'describe', `externalsecret/${pushSecretName}`);
      case 'existing': {
        const login = `--docker-server=${authsKey(host)} --docker-username="$USERNAME" --docker-password="$PASSWORD"`;
        return this.kubectl(namespace, 'create', 'secret', 'docker-registry', pushSecretName, login);
      }
    }
  }
}
