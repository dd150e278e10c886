import { checkCluster, checkConnection } from './check-cluster';
import { checkObjects } from './check-objects';
import { checkPrimeHub } from './check-primehub';
import { checkRefresher } from './check-refresher';
import { checkReleases } from './check-release';
import { checkSecrets } from './check-secret';
import { checkWriters } from './check-writers';
import { Commands } from './commands';
import { dockerConfigOf, DockerLogin, loginFor, secretsOf } from './docker-login';
import { withoutSecrets } from './foreign-text';
import { fetchSnapshot } from './fetch';
import { Kubectl } from './kubectl';
import { Context } from './lines';
import { pushSecretRef } from './refs';
import { unique } from './snapshot';
import { DoctorRegistry, KubeObject, Line } from './types';

export { type Kubectl, type KubectlResult, readingKubectl } from './kubectl';
export { formatDiagnosis } from './lines';
export type { DoctorRegistry, KubeObject, Line } from './types';

/** Asks a registry whether a login may push to it. The answer must not contain a credential. */
export type AskPushAccess = (
  registry: DoctorRegistry,
  login: DockerLogin,
) => Promise<Pick<Line, 'level' | 'code' | 'message' | 'command'>>;

export interface DiagnoseOptions {
  readonly registries: readonly DoctorRegistry[];
  /** Runs kubectl, only with verbs that read. */
  readonly kubectl: Kubectl;
  /** The context that proposed commands name. Default: none. */
  readonly context?: string;
  /** The output folder as it is written in commands. Default: `dist`. */
  readonly dist?: string;
  /** Default: registries are not asked. */
  readonly askPushAccess?: AskPushAccess;
  /** Default: now. */
  readonly now?: Date;
}

/** Reads the cluster, changes nothing, and reports for each thing whether it is right and how to fix it. */
export async function diagnose(options: DiagnoseOptions): Promise<Line[]> {
  const { registries, kubectl, context, dist = 'dist', askPushAccess, now = new Date() } = options;
  const snapshot = await fetchSnapshot(registries, kubectl, now);
  const to: Context = { snapshot, commands: new Commands(context, dist) };
  const unreachable = checkConnection(to);
  if (unreachable.length > 0) return unreachable;
  const places = unique(registries.flatMap((registry) => snapshot.namespacesOf(registry)));
  const lines = [
    ...checkCluster(registries, to),
    ...checkWriters(registries, to),
    ...checkPrimeHub(registries, to),
    ...places.flatMap((namespace) => checkReleases(registries, namespace, to)),
    ...registries.flatMap((registry) => [
      ...checkSecrets(registry, to),
      ...checkObjects(registry, to),
      ...checkRefresher(registry, to),
    ]),
    ...(askPushAccess === undefined ? [] : await askAll(registries, to, askPushAccess)),
  ];
  const secrets = registries.flatMap((registry) => pushSecretsOf(registry, to).flatMap(secretsOf));
  return lines.map((line) => ({ ...line, message: withoutSecrets(line.message, secrets) }));
}

function pushSecretsOf(registry: DoctorRegistry, { snapshot }: Context): KubeObject[] {
  const answers = registry.namespaces.map((namespace) => snapshot.object(pushSecretRef(registry, namespace)));
  return answers.flatMap((answer) => (answer.kind === 'found' ? answer.value : []));
}

/** Asks each registry once, as its Secrets have the same login in all namespaces. */
async function askAll(registries: readonly DoctorRegistry[], to: Context, ask: AskPushAccess): Promise<Line[]> {
  const asked = registries.map(async (registry): Promise<Line[]> => {
    const [secret] = pushSecretsOf(registry, to);
    const login = secret && loginFor(dockerConfigOf(secret), registry.host);
    if (login === undefined || typeof login === 'string') return [];
    return [{ registry: registry.name, ...(await ask(registry, login)) }];
  });
  return (await Promise.all(asked)).flat();
}
