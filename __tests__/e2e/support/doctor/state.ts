import type { DiagnoseOptions } from '../../../../cli/doctor';
import type { DoctorCluster } from './cluster';

/** A state of the cluster that is wrong. */
export interface WrongState {
  readonly title: string;
  /** The codes of all lines that are wrong: no more, no less. */
  readonly codes: readonly string[];
  readonly break?: (cluster: DoctorCluster) => Promise<unknown>;
  /** What is another for the doctor. */
  readonly options?: (cluster: DoctorCluster) => Partial<DiagnoseOptions>;
  /** What makes it right again. Default: the commands that the lines propose. */
  readonly mend?: (cluster: DoctorCluster) => Promise<unknown>;
  /** After that, the pods of the refresher run. */
  readonly play?: boolean;
  /** What the lines must say, and what they must not. */
  readonly says?: RegExp;
}

export const HOUR = 3600_000;

/** For what mends itself, or was never broken in the cluster. */
export const nothing = (): Promise<void> => Promise.resolve();

/** kind/name of an object of the refresher. */
export function refresher(cluster: DoctorCluster, kind: string): string {
  return `${kind.toLowerCase()}/${cluster.manifest(kind).metadata.name}`;
}

export function merge(cluster: DoctorCluster, object: string, patch: object): Promise<string> {
  return cluster.kubectl('patch', object, '--type=merge', '-p', JSON.stringify(patch));
}

/** Deletes an object of the refresher. */
export const remove =
  (kind: string) =>
  (cluster: DoctorCluster): Promise<string> =>
    cluster.kubectl('delete', refresher(cluster, kind));

/** Changes an object of the refresher. */
export const change =
  (kind: string, patch: object) =>
  (cluster: DoctorCluster): Promise<string> =>
    merge(cluster, refresher(cluster, kind), patch);
