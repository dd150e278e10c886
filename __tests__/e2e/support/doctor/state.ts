import type { DiagnoseOptions } from '../../../../cli/doctor';
import type { DoctorCluster } from './cluster';

/** A wrong state of the cluster. */
export interface WrongState {
  readonly title: string;
  /** The codes of exactly the lines that are wrong. */
  readonly codes: readonly string[];
  readonly break?: (cluster: DoctorCluster) => Promise<unknown>;
  /** Options of the doctor that differ. */
  readonly options?: (cluster: DoctorCluster) => Partial<DiagnoseOptions>;
  /** Fixes the state. Default: the commands that the lines propose. */
  readonly mend?: (cluster: DoctorCluster) => Promise<unknown>;
  /** Whether the pods of the refresher run after the repair. */
  readonly play?: boolean;
  /** The text that the lines must contain, and the text that they must not contain. */
  readonly says?: RegExp;
}

export const HOUR = 3600_000;

/** For states that fix themselves, or that were never broken in the cluster. */
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
