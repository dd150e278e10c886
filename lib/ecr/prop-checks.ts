import { shown } from '../kubernetes/names';
import { PATH, splitHost, hostFaults } from '../registries/image-reference';

/** Checks of props for those whose compiler does not do it. */

/** Faults of a list of strings. */
export function stringListFaults(value: unknown): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return [];
  return [`${shown(value)} is no list of strings`];
}

/** Faults of a map from strings to strings. */
export function stringMapFaults(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${shown(value)} is no map of strings`];
  return Object.entries(value)
    .filter(([, item]) => typeof item !== 'string')
    .map(([key, item]) => `${key}: ${shown(item)} is no string: quote it`);
}

/** Faults of the value of a label. */
export function labelFaults(labels: unknown): string[] {
  const faults = stringMapFaults(labels);
  if (faults.length > 0) return faults;
  return Object.entries(labels as { [key: string]: string })
    .filter(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value))
    .map(([key, value]) => `${shown(`${key}: ${value}`)} is no Kubernetes label`);
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Faults of the reference of a container image. */
export function imageFaults(image: unknown): string[] {
  const wanted = `an image is wanted, like \`registry.example.com/aws-cli:2.36.46\` or \`...@sha256:<64 hex digits>\``;
  if (typeof image !== 'string') return [`${shown(image)} is no image reference: ${wanted}`];
  const match = /^(.+?)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.exec(image);
  const { host, path } = splitHost(match?.[1] ?? '');
  const right = PATH.test(path) && (host === undefined || hostFaults(host).length === 0);
  return right ? [] : [`${shown(image)} is no image reference: ${wanted}`];
}
