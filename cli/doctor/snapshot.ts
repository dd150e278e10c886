import { Answer, DoctorRegistry, KubeObject, Right } from './types';

/** An object to look for. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** None for a cluster-scoped object. */
  readonly namespace?: string;
}

/** A list of objects to look for. */
export interface ListRef {
  /** The resource as kubectl names it: `jobs.batch`. */
  readonly resource: string;
  /** None for all namespaces. */
  readonly namespace?: string;
  readonly selector?: string;
}

/** An API group of the API server with its versions, or nothing if the server does not have it. */
export type Group = Answer<{ readonly versions: readonly { readonly version: string }[] }>;

/** Everything that was read from a cluster. Each check is a function of it. */
export class Snapshot {
  readonly version: Answer<{ readonly serverVersion?: { readonly major: string; readonly minor: string } }>;
  /** The time at which it was read. */
  readonly now: Date;
  private readonly answers = new Map<string, Answer<unknown>>();

  constructor(version: Snapshot['version'], now: Date) {
    this.version = version;
    this.now = now;
  }

  set(ref: ObjectRef | ListRef | string, answer: Answer<unknown>): void {
    this.answers.set(keyOf(ref), answer);
  }

  object(ref: ObjectRef): Answer<KubeObject> {
    return this.get<KubeObject>(keyOf(ref));
  }

  list(ref: ListRef): Answer<readonly KubeObject[]> {
    return this.get(keyOf(ref));
  }

  group(group: string): Group {
    return this.get(`group ${group}`);
  }

  /** The last line that a Job's pods logged. */
  log(job: KubeObject): Answer<string> {
    return this.get(logKey(job));
  }

  /** Whether a namespace is known not to exist. */
  lacksNamespace(namespace: string): boolean {
    return this.answers.get(keyOf(namespaceRef(namespace)))?.kind === 'absent';
  }

  /** The namespaces of a registry, without those that are known not to exist. */
  namespacesOf({ namespaces }: DoctorRegistry): string[] {
    return namespaces.filter((namespace) => !this.lacksNamespace(namespace));
  }

  /** Whether the cluster is known not to serve this version of an API group. */
  lacksApi(apiVersion: string): boolean {
    const [group, version] = splitApiVersion(apiVersion);
    const answer = group === '' ? undefined : this.answers.get(`group ${group}`);
    if (answer === undefined) return false;
    if (answer.kind !== 'found') return answer.kind === 'absent';
    return !(answer as Group & { kind: 'found' }).value.versions.some((served) => served.version === version);
  }

  private get<T>(key: string): Answer<T> {
    // what was not read does not exist for the checks
    return (this.answers.get(key) ?? { kind: 'absent' }) as Answer<T>;
  }
}

export function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}

export function refOf({ apiVersion = '', kind = '', metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, namespace };
}

export function logKey({ metadata }: KubeObject): string {
  return `log ${metadata.namespace}/${metadata.name}`;
}

/** The group (empty for the core) and the version. */
export function splitApiVersion(apiVersion: string): [string, string] {
  const [first, second] = apiVersion.split('/');
  return second === undefined ? ['', first] : [first, second];
}

/** Whether an operator serves this API group. Kubernetes' own groups have no dot or end with `.k8s.io`. */
export function isOperatorsGroup(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

export function groupOf({ apiVersion = '' }: KubeObject): string {
  return splitApiVersion(apiVersion)[0];
}

/** The right to get an object. */
export function rightOf({ apiVersion, kind, namespace }: ObjectRef): Right {
  const [group] = splitApiVersion(apiVersion);
  const plural = kind.toLowerCase().replace(/y$/, 'ie') + 's';
  return { verb: 'get', resource: group === '' ? plural : `${plural}.${group}`, namespace };
}

function keyOf(ref: ObjectRef | ListRef | string): string {
  if (typeof ref === 'string') return ref;
  if ('kind' in ref) return `${ref.apiVersion} ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`;
  return `${ref.resource} ${ref.namespace ?? '*'} ${ref.selector ?? ''}`;
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
