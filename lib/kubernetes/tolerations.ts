import { isLabelKey, isLabelValue } from './labels';
import { shown } from '../redact';

const OPERATORS = [undefined, 'Exists', 'Equal'];
const EFFECTS = [undefined, 'NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/**
 * Faults of a toleration, by the rules of the API server.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function tolerationFaults(toleration: unknown): string[] {
  if (typeof toleration !== 'object' || toleration === null) return [`${shown(toleration)} is no toleration`];
  // For the API server an empty text is none.
  const given = Object.entries(toleration).filter(([, member]) => member !== '');
  const { key, operator, value, effect, tolerationSeconds } = Object.fromEntries(given) as Record<string, unknown>;
  const faults: string[] = [];
  if (key !== undefined && !(typeof key === 'string' && isLabelKey(key))) {
    faults.push(`key: ${shown(key)} is no key of a taint`);
  }
  if (!OPERATORS.includes(operator as string)) faults.push(`operator: ${shown(operator)} is neither Exists nor Equal`);
  if (key === undefined && operator !== 'Exists') faults.push('operator: without a key it must be Exists');
  if (value !== undefined && operator === 'Exists') faults.push('value: Exists compares none, remove it');
  else if (value !== undefined && !(typeof value === 'string' && isLabelValue(value))) {
    faults.push(`value: ${shown(value)} is no value of a taint`);
  }
  if (!EFFECTS.includes(effect as string)) {
    faults.push(`effect: ${shown(effect)} is none of NoSchedule, PreferNoSchedule, NoExecute`);
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    faults.push('tolerationSeconds: only the effect NoExecute has it');
  }
  return faults;
}
