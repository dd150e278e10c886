import { quantityValue } from '../../lib/kubernetes/quantity';
import { KubeObject } from './types';

/** Where an object in the cluster is not as in dist/. */
export interface Difference {
  readonly path: string;
  /** The cluster has more entries of a list: `kubectl apply` does not take them away. */
  readonly extra: boolean;
}

/**
 * Where an object in the cluster differs in what dist/ sets. What the API server, controllers and GitOps tools add to
 * maps is no difference. Lists must be the same: one more rule or container is a change.
 */
export function objectDifferences(wanted: KubeObject, live: KubeObject): Difference[] {
  const own = Object.entries(wanted).filter(([key]) => !NOT_COMPARED.includes(key));
  return [
    ...differences(wanted.metadata.labels, live.metadata.labels, 'metadata.labels'),
    ...differences(wanted.metadata.annotations, live.metadata.annotations, 'metadata.annotations'),
    ...own.flatMap(([key, value]) => differences(value, (live as unknown as Map)[key], key)),
  ];
}

const NOT_COMPARED = ['apiVersion', 'kind', 'metadata', 'status'];

type Map = Readonly<Record<string, unknown>>;

/** Where a value differs in what is wanted. */
export function differences(wanted: unknown, live: unknown, path: string): Difference[] {
  // the API server leaves empty values out
  if (isEmpty(wanted)) return [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length < wanted.length) return [{ path, extra: false }];
    if (live.length > wanted.length) return [{ path, extra: true }];
    return wanted.flatMap((item, i) => differences(item, live[i], `${path}[${i}]`));
  }
  if (isMap(wanted)) {
    if (!isMap(live)) return [{ path, extra: false }];
    return Object.entries(wanted).flatMap(([key, value]) => differences(value, live[key], `${path}.${key}`));
  }
  return wanted === live || isSameQuantity(wanted, live, path) ? [] : [{ path, extra: false }];
}

/** The API server writes `0.5` back as `500m`. */
function isSameQuantity(wanted: unknown, live: unknown, path: string): boolean {
  if (!/\b(?:limits|requests|sizeLimit|ephemeralStorage)\b/.test(path)) return false;
  const value = quantityValue(wanted);
  return value !== undefined && value === quantityValue(live);
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
