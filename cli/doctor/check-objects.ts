import { foreignText } from './foreign-text';
import { objectDifferences } from './compare';
import { Context, Lines } from './lines';
import { groupOf, isOperatorsGroup, refOf } from './snapshot';
import { DoctorRegistry, KubeObject, Line } from './types';

/** Checks whether the objects in the cluster are the same as in dist/. Another check has the first Job. */
export function checkObjects(registry: DoctorRegistry, { snapshot, commands }: Context): Line[] {
  const lines = new Lines(registry);
  let right = 0;
  const objects = registry.manifests.filter(({ kind }) => kind !== 'Job');
  for (const wanted of objects) {
    const { apiVersion = '', metadata } = wanted;
    // the check of the cluster has reported this already
    if (snapshot.lacksApi(apiVersion)) continue;
    if (metadata.namespace !== undefined && snapshot.lacksNamespace(metadata.namespace)) continue;
    const what = nameOf(wanted);
    const answer = snapshot.object(refOf(wanted));
    if (answer.kind === 'absent') {
      lines.wrong(`${slugOf(wanted)}-missing`, `${what} does not exist`, commands.apply(registry));
      continue;
    }
    const live = lines.found(answer, what, commands);
    if (live === undefined) continue;
    const changed = objectDifferences(wanted, live);
    if (changed.length > 0) {
      const paths = changed.slice(0, 3).map(({ path }) => path);
      const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
      // apply can change neither of these
      const replace = changed.some(({ path, extra }) => extra || path.startsWith('roleRef'));
      lines.wrong(
        `${slugOf(wanted)}-changed`,
        `${what} differs from dist/ in ${paths.join(', ')}${more}`,
        replace ? commands.replace(registry, wanted) : commands.apply(registry),
      );
    } else if (isOperatorsGroup(groupOf(wanted)) && unready(live) !== undefined) {
      lines.wrong(
        `${slugOf(wanted)}-not-synced`,
        `${what}: its operator says ${unready(live)}`,
        commands.kubectl(metadata.namespace, 'describe', `${String(wanted.kind).toLowerCase()}/${metadata.name}`),
      );
    } else {
      right += 1;
    }
  }
  if (right > 0)
    lines.ok('objects', `${right} of the ${objects.length} objects in dist/ are in the cluster without changes`);
  return lines.all;
}

/** The complaint of an object's operator. */
function unready({ status }: KubeObject): string | undefined {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly Condition[] };
  const bad = conditions.find(({ type, status: is }) => ['Ready', 'Synced'].includes(type) && is === 'False');
  return bad && foreignText([bad.reason, bad.message].filter(Boolean).join(': '));
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function nameOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return `the ${kind} ${name}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** Turns `CronJob` into `cron-job`. */
function slugOf({ kind = '' }: KubeObject): string {
  return kind.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}
