import { Commands } from './commands';
import { NOT_INSTALLED } from './kubectl';
import { Context, Lines } from './lines';
import { groupOf, isOperatorsGroup, namespaceRef, splitApiVersion, unique } from './snapshot';
import { DoctorRegistry, KubeObject, Line } from './types';

/** What needs a newer version of Kubernetes than the rest of what synth writes. */
const NEEDS: { readonly minor: number; readonly what: string; readonly in: (object: KubeObject) => boolean }[] = [
  // generally available since then, beta in 1.25 and 1.26
  { minor: 27, what: 'the timeZone of a CronJob', in: ({ kind }) => kind === 'CronJob' },
  {
    minor: 30,
    what: 'a ValidatingAdmissionPolicy',
    in: ({ kind = '' }) => kind.startsWith('ValidatingAdmissionPolicy'),
  },
];

/** Whether the API server answers. If it does not, nothing else can be checked. */
export function checkConnection({ snapshot, commands }: Context): Line[] {
  const lines = new Lines();
  const { version } = snapshot;
  if (version.kind === 'found') return [];
  const why = version.kind === 'failed' ? version.reason : 'it does not report its version';
  if (why === NOT_INSTALLED) {
    lines.wrong('not-reachable', `${why}, so nothing was checked: install it, or add it to the PATH`);
    return lines.all;
  }
  const loggedOut = /logged in|Unauthorized|credentials/i.test(why);
  lines.wrong(
    loggedOut ? 'not-logged-in' : 'not-reachable',
    `the cluster could not be reached, so nothing was checked. kubectl says: ${why}`,
    commands.kubectl(undefined, 'cluster-info'),
  );
  return lines.all;
}

/** Checks the version of Kubernetes, the namespaces, and the operators that synth's objects need. */
export function checkCluster(registries: readonly DoctorRegistry[], context: Context): Line[] {
  const lines = new Lines();
  checkVersion(lines, registries, context);
  checkNamespaces(lines, registries, context);
  checkOperators(lines, registries, context);
  return lines.all;
}

function checkVersion(lines: Lines, registries: readonly DoctorRegistry[], { snapshot }: Context): void {
  const found = snapshot.version.kind === 'found' ? snapshot.version.value.serverVersion : undefined;
  if (found === undefined) return lines.unknown('version-unknown', 'the API server does not report its version');
  const [major, minor] = [found.major, found.minor].map((text) => Number.parseInt(text, 10));
  const manifests = registries.flatMap((registry) => registry.manifests);
  const unmet = NEEDS.filter((need) => manifests.some(need.in) && major === 1 && minor < need.minor);
  const version = `Kubernetes ${major}.${minor}`;
  if (unmet.length === 0) return lines.ok('version', version);
  const reasons = unmet.map(({ what, minor: least }) => `${what} needs 1.${least}`);
  lines.wrong('version-too-old', `${version}: ${reasons.join(', ')}. Upgrade the cluster`);
}

function checkNamespaces(lines: Lines, registries: readonly DoctorRegistry[], { snapshot, commands }: Context): void {
  for (const namespace of unique(registries.flatMap((registry) => registry.namespaces))) {
    const answer = snapshot.object(namespaceRef(namespace));
    if (answer.kind === 'absent') {
      const needing = registries.filter(({ namespaces }) => namespaces.includes(namespace)).map(({ name }) => name);
      lines.wrong(
        'namespace-missing',
        `the namespace ${namespace} does not exist, but is needed for ${needing.join(', ')}`,
        `${commands.kubectl(undefined, 'create', 'namespace', namespace)} && ${commands.applyAll()}`,
      );
    } else if (lines.found(answer, `the namespace ${namespace}`, commands) !== undefined) {
      lines.ok('namespace', `the namespace ${namespace} exists`);
    }
  }
}

/** The operator of each API group, and the Helm chart that installs it. */
const OPERATORS: Record<string, { title: string; chart: string; repository: string; namespace: string; set?: string }> =
  {
    'bitnami.com': {
      title: 'Sealed Secrets',
      chart: 'sealed-secrets',
      repository: 'https://bitnami-labs.github.io/sealed-secrets',
      namespace: 'kube-system',
      // the name that kubeseal looks for
      set: 'fullnameOverride=sealed-secrets-controller',
    },
    'external-secrets.io': {
      title: 'External Secrets Operator',
      chart: 'external-secrets',
      repository: 'https://charts.external-secrets.io',
      namespace: 'external-secrets',
    },
    'monitoring.coreos.com': {
      title: 'Prometheus operator',
      chart: 'kube-prometheus-stack',
      repository: 'https://prometheus-community.github.io/helm-charts',
      namespace: 'monitoring',
    },
  };

function installOf(group: string, commands: Commands): string | undefined {
  const operator = OPERATORS[group];
  if (operator === undefined) return undefined;
  const { chart, repository, namespace, set } = operator;
  const more = set === undefined ? [] : ['--set', set];
  return commands.helm(
    namespace,
    ...['upgrade', '--install', '--create-namespace', chart, chart, '--repo', repository, ...more],
  );
}

function checkOperators(lines: Lines, registries: readonly DoctorRegistry[], { snapshot, commands }: Context): void {
  const manifests = registries.flatMap((registry) => registry.manifests);
  const apiVersions = unique(manifests.filter((one) => isOperatorsGroup(groupOf(one))).map((one) => one.apiVersion!));
  for (const apiVersion of apiVersions) {
    const [group, version] = splitApiVersion(apiVersion);
    const kinds = unique(manifests.filter((one) => one.apiVersion === apiVersion).map(({ kind }) => kind)).join(', ');
    const answer = snapshot.group(group);
    const title = OPERATORS[group]?.title ?? `the operator of ${group}`;
    const install = installOf(group, commands);
    if (answer.kind === 'absent') {
      lines.wrong('operator-missing', `${title} is not installed, so ${kinds} cannot be applied`, install);
    } else if (snapshot.lacksApi(apiVersion)) {
      const served = answer.kind === 'found' ? answer.value.versions.map((one) => one.version).join(', ') : 'none';
      lines.wrong(
        'operator-too-old',
        `${title} serves ${group} in ${served}, but ${kinds} need ${version}: upgrade it`,
        install,
      );
    } else if (lines.found(answer, `the API ${group}`, commands) !== undefined) {
      lines.ok('operator', `${title} is installed: ${kinds}`);
    }
  }
}
