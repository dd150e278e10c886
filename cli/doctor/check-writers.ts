import { Context, Lines } from './lines';
import { ALL_CRON_JOBS, cronJobOf } from './refs';
import { DoctorRegistry, KubeObject, Line } from './types';

/** The chart that this project replaces. Its CronJob deletes the Secret and creates it again. */
const OLD_CHART = 'aws-ecr-credential';

/** Checks whether another CronJob writes a Secret that one of our token refreshers keeps fresh. */
export function checkWriters(registries: readonly DoctorRegistry[], { snapshot, commands }: Context): Line[] {
  const lines = new Lines();
  const refreshed = registries.filter((registry) => cronJobOf(registry) !== undefined);
  if (refreshed.length === 0) return [];
  const found = lines.found(snapshot.list(ALL_CRON_JOBS), 'other CronJobs that write a push Secret', commands);
  if (found === undefined) return lines.all;
  const ours = new Set(refreshed.map((registry) => idOf(cronJobOf(registry)!)));
  const others = found.filter((cronJob) => !ours.has(idOf(cronJob)));
  for (const cronJob of others) {
    const { name, namespace = '' } = cronJob.metadata;
    const written = refreshed.filter((registry) => names(cronJob, registry));
    const isOldChart = ofOldChart(cronJob);
    if (!isOldChart && written.length === 0) continue;
    const secrets = written.map(({ pushSecretName }) => pushSecretName).join(', ');
    const also = secrets === '' ? '' : `; it also writes ${secrets}`;
    const release = releaseOf(cronJob);
    lines.wrong(
      isOldChart ? 'old-chart' : 'other-refresher',
      isOldChart
        ? `the chart ${OLD_CHART} is still installed: its CronJob ${name} in ${namespace} deletes and creates Secrets${also}`
        : `the CronJob ${name} in ${namespace} also writes the Secret ${secrets}, which our refresher keeps fresh`,
      release === undefined
        ? commands.kubectl(namespace, 'delete', `cronjob/${name}`)
        : commands.helm(release.namespace, 'uninstall', release.name),
    );
  }
  if (lines.all.length === 0) lines.ok('one-writer', 'no other CronJob writes our push Secrets');
  return lines.all;
}

function ofOldChart({ metadata: { name, labels = {} } }: KubeObject): boolean {
  const marks = [name, labels.chart, labels['helm.sh/chart'], labels['app.kubernetes.io/name'], labels.app];
  return marks.some((mark) => mark?.includes(OLD_CHART));
}

/** Whether a CronJob's commands name a registry's Secret, and name one of its namespaces or run in it. */
function names(cronJob: KubeObject, { pushSecretName, namespaces }: DoctorRegistry): boolean {
  const { jobTemplate } = cronJob.spec as { jobTemplate?: { spec?: { template?: { spec?: PodSpec } } } };
  const { containers = [], initContainers = [] } = jobTemplate?.spec?.template?.spec ?? {};
  const text = JSON.stringify(
    [...containers, ...initContainers].map(({ command, args, env }) => [command, args, env?.map(({ value }) => value)]),
  );
  const says = (word: string): boolean => new RegExp(`(?<![\\w.-])${escaped(word)}(?![\\w.-])`).test(text);
  const near = namespaces.includes(cronJob.metadata.namespace ?? '') || namespaces.some(says);
  return near && /secret/i.test(text) && says(pushSecretName);
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly value?: string }[];
}

/** The Helm release to which an object belongs. */
function releaseOf({ metadata: { annotations = {} } }: KubeObject): { name: string; namespace: string } | undefined {
  const [name, namespace] = ['name', 'namespace'].map((key) => annotations[`meta.helm.sh/release-${key}`]);
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

function idOf({ metadata: { name, namespace } }: KubeObject): string {
  return `${namespace}/${name}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
