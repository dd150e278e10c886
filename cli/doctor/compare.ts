import { quantityValue } from '../../lib/kubernetes/quantity';
import { KubeObject } from './types';

/** A place in which an object in the cluster differs from dist/. */
export interface Difference {
  readonly path: string;
  /** Whether the cluster has more entries of a list, which `kubectl apply` does not remove. */
  readonly extra: boolean;
}

/**
 * Finds where an object in the cluster differs from what dist/ sets. What the API server, controllers and GitOps tools
 * add to mappings does not count. Lists must be the same, as another rule or container is a change.
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

/** Finds where a value differs from the wanted one. */
export function differences(wanted: unknown, live: unknown, path: string): Difference[] {
  // the API server omits empty values
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
