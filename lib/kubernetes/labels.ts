import { stringMapFaults } from '../validation';
import { shown } from '../redact';

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Faults of a map of labels, where there is one. */
export function labelFaults(labels: unknown): string[] {
  return mapFaultsBy(labels, 'label', (key, value) => isLabelKey(key) && isLabelValue(value));
}

/** Faults of a map of annotations, where there is one. */
export function annotationFaults(annotations: unknown): string[] {
  return mapFaultsBy(annotations, 'annotation', (key) => isLabelKey(key.toLowerCase()));
}

/** Whether Kubernetes takes it for the key of a label, an annotation or a taint. */
export function isLabelKey(key: string): boolean {
  return KEY.test(key);
}

/** Whether Kubernetes takes it for the value of a label or a taint. */
export function isLabelValue(value: string): boolean {
  return VALUE.test(value);
}

function mapFaultsBy(map: unknown, what: string, isRight: (key: string, value: string) => boolean): string[] {
  const faults = stringMapFaults(map);
  if (faults.length > 0) return faults;
  return Object.entries((map ?? {}) as { [key: string]: string })
    .filter(([key, value]) => !isRight(key, value))
    .map(([key, value]) => `${shown(`${key}: ${value}`)} is no Kubernetes ${what}`);
}
