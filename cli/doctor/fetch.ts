import { lastLine } from './foreign-text';
import { answerOf, Kubectl } from './kubectl';
import * as refs from './refs';
import { jobsToExplain, terminationMessage } from './runs';
import {
  groupOf,
  isOperatorsGroup,
  ListRef,
  logKey,
  namespaceRef,
  ObjectRef,
  refOf,
  rightOf,
  Snapshot,
  splitApiVersion,
  unique,
} from './snapshot';
import { Answer, DoctorRegistry, KubeObject } from './types';

/** The most programs at the same time. Each needs much of a core while it starts. */
const AT_ONCE = 6;
/** The most objects in one run, as kubectl asks for them one after the other. */
const MOST_NAMES = 20;

/** Reads once everything that the checks need. */
export async function fetchSnapshot(
  registries: readonly DoctorRegistry[],
  kubectl: Kubectl,
  now: Date,
): Promise<Snapshot> {
  const version = answerOf<object>(await kubectl(['version', '-o', 'json']), { verb: 'get', resource: '/version' });
  const snapshot = new Snapshot(version, now);
  // if this has no answer, nothing else has
  if (version.kind !== 'found') return snapshot;
  const fetcher = new Fetcher(kubectl, snapshot);

  const groups = unique(registries.flatMap(({ manifests }) => manifests.map(groupOf))).filter(isOperatorsGroup);
  const namespaces = unique(registries.flatMap((registry) => registry.namespaces));
  await inTurns([
    ...together(namespaces.map(namespaceRef)).map((refs) => () => fetcher.objects(refs)),
    ...groups.map((group) => () => fetcher.group(group)),
  ]);

  const there = namespaces.filter((namespace) => !snapshot.lacksNamespace(namespace));
  const objects = registries.flatMap((registry) => [
    ...registry.manifests.map(refOf),
    ...registry.namespaces.map((namespace) => refs.pushSecretRef(registry, namespace)),
  ]);
  const primehub = there.flatMap((namespace) => [
    refs.controllerConfigRef(namespace),
    refs.controllerRef(namespace),
    refs.consoleRef(namespace),
  ]);
  const readable = [...objects, ...primehub].filter(
    ({ apiVersion, namespace }) =>
      !snapshot.lacksApi(apiVersion) && (namespace === undefined || !snapshot.lacksNamespace(namespace)),
  );
  const homes = unique(registries.flatMap((registry) => refs.cronJobOf(registry)?.metadata.namespace ?? []));
  const lists: ListRef[] = [
    ...there.map(refs.releasesRef),
    ...homes.filter((home) => there.includes(home)).map(refs.jobsRef),
    ...(homes.length > 0 ? [refs.ALL_CRON_JOBS] : []),
  ];
  await inTurns([
    ...together(readable).map((refs) => () => fetcher.objects(refs)),
    ...lists.map((ref) => () => fetcher.list(ref)),
  ]);

  const jobs = registries.flatMap((registry) => jobsToExplain(registry, snapshot));
  await inTurns(jobs.map((job) => () => fetcher.list(refs.podsRef(job))));
  const silent = jobs.filter((job) => terminationMessage(snapshot.list(refs.podsRef(job))) === undefined);
  await inTurns(silent.map((job) => () => fetcher.log(job)));
  return snapshot;
}

class Fetcher {
  constructor(
    private readonly kubectl: Kubectl,
    private readonly snapshot: Snapshot,
  ) {}

  /** Reads objects of one kind and namespace in one run of kubectl. */
  async objects(refs: readonly ObjectRef[]): Promise<void> {
    const [{ apiVersion, kind, namespace }] = refs;
    const [group, version] = splitApiVersion(apiVersion);
    const type = kind.toLowerCase() + (group === '' ? '' : `.${version}.${group}`);
    const names = refs.map(({ name }) => name);
    const how = ['--ignore-not-found', '--show-managed-fields', '--output=json'];
    const result = await this.kubectl(['get', type, ...names, ...inNamespace(namespace), ...how]);
    // the right may be for only one of them
    if (result.status !== 0 && refs.length > 1) return inTurns(refs.map((ref) => () => this.objects([ref])));
    const answer = answerOf<KubeObject | { items: KubeObject[] }>(result, rightOf(refs[0]));
    for (const ref of refs) this.snapshot.set(ref, answer.kind === 'found' ? oneOf(answer.value, ref) : answer);
  }

  async list(ref: ListRef): Promise<void> {
    const { resource, namespace, selector } = ref;
    const where = namespace === undefined ? ['--all-namespaces'] : inNamespace(namespace);
    const which = selector === undefined ? [] : [`--selector=${selector}`];
    const result = await this.kubectl(['get', resource, ...where, ...which, '--output=json']);
    const answer = answerOf<{ items: KubeObject[] }>(result, { verb: 'list', resource, namespace });
    this.snapshot.set(ref, answer.kind === 'found' ? { kind: 'found', value: answer.value.items } : answer);
  }

  async group(group: string): Promise<void> {
    const result = await this.kubectl(['get', '--raw', `/apis/${group}`]);
    this.snapshot.set(`group ${group}`, answerOf(result, { verb: 'get', resource: `/apis/${group}` }));
  }

  async log(job: KubeObject): Promise<void> {
    const { name, namespace } = job.metadata;
    const result = await this.kubectl([
      'logs',
      `--selector=job-name=${name}`,
      ...inNamespace(namespace),
      '--all-containers',
      '--ignore-errors',
      '--tail=1',
    ]);
    // kubectl adds a line of its own for each container that never started
    const lines = result.stdout.split('\n').filter((line) => !line.startsWith('error: '));
    const line = lastLine(lines.join('\n')) || lastLine(result.stdout);
    const said: Answer<string> = line === '' ? { kind: 'absent' } : { kind: 'found', value: line };
    const right = { verb: 'get', resource: 'pods/log', namespace } as const;
    const answer = result.status === 0 ? said : answerOf(result, right);
    this.snapshot.set(logKey(job), answer);
  }
}

/** Groups the objects that one run of kubectl can read. */
function together(refs: readonly ObjectRef[]): ObjectRef[][] {
  const groups = new Map<string, Map<string, ObjectRef>>();
  for (const ref of refs) {
    const key = `${ref.apiVersion} ${ref.kind} ${ref.namespace}`;
    groups.set(key, (groups.get(key) ?? new Map<string, ObjectRef>()).set(ref.name, ref));
  }
  return [...groups.values()].flatMap((group) => chunks([...group.values()], MOST_NAMES));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** kubectl prints a list for several names, but the object itself for one. */
function oneOf(value: KubeObject | { items: KubeObject[] }, { name }: ObjectRef): Answer<KubeObject> {
  const objects = 'items' in value ? value.items : [value];
  const found = objects.find(({ metadata }) => metadata.name === name);
  return found === undefined ? { kind: 'absent' } : { kind: 'found', value: found };
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['--namespace', namespace];
}

async function inTurns(tasks: (() => Promise<void>)[]): Promise<void> {
  const waiting = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
