import { k8s } from 'cdk8s-plus-27';
import { isLabelKey, isLabelValue } from './labels';
import { redact } from '../redact';
import { unknownMembers } from '../unknown-props';
import { ValidationError, ValidationErrors, invalid } from '../validation';

const OPERATORS = [undefined, 'Exists', 'Equal'];
const EFFECTS = [undefined, 'NoSchedule', 'PreferNoSchedule', 'NoExecute'];

const MEMBERS = { key: true, operator: true, value: true, effect: true, tolerationSeconds: true } as const;

/**
 * Checks a toleration by the API server's rules.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function validateToleration(toleration: unknown): ValidationError[] {
  if (typeof toleration !== 'object' || toleration === null)
    return invalid(
      'wrong-type',
      `${redact(toleration)} is not a toleration: expected a mapping with \`key\`, \`operator\`, \`value\` and \`effect\``,
    );
  // The API server ignores empty texts.
  const given = Object.entries(toleration).filter(([, member]) => member !== '');
  const { key, operator, value, effect, tolerationSeconds } = Object.fromEntries(given) as Record<string, unknown>;
  const errors = new ValidationErrors();
  errors.add([], unknownMembers<k8s.Toleration>(MEMBERS, toleration));
  if (key !== undefined && !(typeof key === 'string' && isLabelKey(key))) {
    errors.add('key', invalid('malformed', `${redact(key)} is not a valid taint key`));
  }
  if (!OPERATORS.includes(operator as string)) {
    errors.add('operator', invalid('not-allowed', `${redact(operator)} is not an operator: expected Exists or Equal`));
  }
  if (key === undefined && operator !== 'Exists') {
    errors.add('operator', invalid('mismatch', 'a toleration without a key needs the operator Exists'));
  }
  if (value !== undefined && operator === 'Exists') {
    errors.add('value', invalid('conflict', 'the operator Exists compares no value: remove it'));
  } else if (value !== undefined && !(typeof value === 'string' && isLabelValue(value))) {
    errors.add('value', invalid('malformed', `${redact(value)} is not a valid taint value`));
  }
  if (!EFFECTS.includes(effect as string)) {
    errors.add(
      'effect',
      invalid(
        'not-allowed',
        `${redact(effect)} is not a taint effect: expected NoSchedule, PreferNoSchedule or NoExecute`,
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.add('tolerationSeconds', invalid('conflict', 'allowed only with the effect NoExecute'));
  }
  return errors.list;
}
