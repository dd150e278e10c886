import { redact } from '../redact';
import { validateText } from '../text';
import { ValidationError, invalid, validateStringMap } from '../validation';

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Checks a mapping of labels, if there is one. */
export function validateLabels(labels: unknown): ValidationError[] {
  return validateEntries(labels, 'label', (key, value) => isLabelKey(key) && isLabelValue(value));
}

/** Checks a mapping of annotations, if there is one. */
export function validateAnnotations(annotations: unknown): ValidationError[] {
  return validateEntries(annotations, 'annotation', (key) => isLabelKey(key.toLowerCase()));
}

/** Whether Kubernetes accepts a text as the key of a label, an annotation or a taint. */
export function isLabelKey(key: string): boolean {
  return KEY.test(key);
}

/** Whether Kubernetes accepts a text as the value of a label or a taint. */
export function isLabelValue(value: string): boolean {
  return VALUE.test(value);
}

function validateEntries(
  map: unknown,
  what: string,
  isRight: (key: string, value: string) => boolean,
): ValidationError[] {
  const errors = validateStringMap(map);
  if (errors.length > 0) return errors;
  return Object.entries((map ?? {}) as { [key: string]: string }).flatMap(([key, value]) =>
    isRight(key, value)
      ? [...validateText(`the key of a ${what}`, key), ...validateText(`the ${what} ${key}`, value)]
      : invalid('malformed', `${redact(`${key}: ${value}`)} is not a valid Kubernetes ${what}`),
  );
}
