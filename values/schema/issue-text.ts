import type * as z from 'zod';
import { schemaAt } from './json-schema';
import { ValuePath } from '../../lib/validation';

/** A message lists the keys of a mapping up to this number. For more keys, people read the schema. */
const MOST_MEMBERS = 4;

/**
 * Our own message for a value that the schema refuses.
 *
 * @param written the value as it is written in the file
 */
export function issueText(issue: z.core.$ZodIssue, value: unknown, written: string | undefined): string {
  const path = issue.path as ValuePath;
  if (value === undefined) return missingText(path);
  if (value === null) return nothingText(path, written);
  if (issue.code === 'invalid_union' && typeof value === 'string') return 'this text is not allowed here';
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
    if (expected === 'string') return textIsWanted(value, path, written);
    if (expected === 'boolean') return 'expected true or false, without quotes (yes, no, on and off are text)';
    if (expected === 'object' || expected === 'record') {
      const members = Object.keys(schemaAt(path)?.properties ?? {});
      const few = members.length > 0 && members.length <= MOST_MEMBERS ? ` (${members.join(', ')})` : '';
      return `expected a mapping${few}, got ${kindOfValue(value)}`;
    }
    if (expected === 'array') return `expected a list, got ${kindOfValue(value)}`;
    return `expected a number, got ${kindOfValue(value)}`;
  }
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_format' && value === '') return 'empty: expected a value';
  if (issue.code === 'invalid_format') return 'this is not an AWS account id, which has no dashes or spaces';
  if (issue.code === 'too_small') return 'the list is empty: add at least one item, or remove the key';
  return 'this value is not allowed here';
}

function nothingText(path: ValuePath, written: string | undefined): string {
  const isPassword = path[path.length - 1] === 'registryPassword';
  if (written) {
    const orQuote = isPassword ? ', put it in quotes if it is the password,' : '';
    return `YAML reads \`${written}\` as no value: give the key a value${orQuote} or remove the key`;
  }
  const quotes = isPassword ? ', in quotes if it begins with "#",' : '';
  return `this key has no value: give it one${quotes} or remove the key`;
}

function missingText(path: ValuePath): string {
  if (path[0] === 'customImage' && path.length === 1) return 'missing: a values file must have this key';
  if (!path.includes('resources')) return 'missing';
  return 'missing: the PrimeHub controller panics unless both cpu and memory are set';
}

function textIsWanted(value: unknown, path: ValuePath, written: string | undefined): string {
  if (typeof value !== 'number' && typeof value !== 'boolean') return `expected text, got ${kindOfValue(value)}`;
  const mayBePassword = path.some((part) => String(part).startsWith('registryPassword'));
  return `YAML reads this as a ${typeof value}; put it in quotes${mayBePassword || written === undefined ? '' : `: "${written}"`}`;
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
