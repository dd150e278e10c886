import type * as z from 'zod';
import { schemaAt } from './json-schema';
import { ValuePath } from '../../lib/validation';

/** So many keys of a mapping are named; where there are more, the schema explains them. */
const MOST_MEMBERS = 4;

/**
 * What is wrong with a value that the schema refuses, in our words.
 *
 * @param written the value as it stands in the file
 */
export function issueText(issue: z.core.$ZodIssue, value: unknown, written: string | undefined): string {
  const path = issue.path as ValuePath;
  if (value === undefined) return missingText(path);
  if (value === null) return nothingText(path, written);
  if (issue.code === 'invalid_union' && typeof value === 'string') return 'this text is not accepted here';
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
    if (expected === 'string') return textIsWanted(value, path, written);
    if (expected === 'boolean') return 'true or false is wanted, without quotes (yes, no, on and off are text here)';
    if (expected === 'object' || expected === 'record') {
      const members = Object.keys(schemaAt(path)?.properties ?? {});
      const few = members.length > 0 && members.length <= MOST_MEMBERS ? ` (${members.join(', ')})` : '';
      return `a mapping is wanted${few}, not ${kindOfValue(value)}`;
    }
    if (expected === 'array') return `a list is wanted, not ${kindOfValue(value)}`;
    return `a number is wanted, not ${kindOfValue(value)}`;
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')} is wanted`;
  if (issue.code === 'invalid_format' && value === '') return 'empty; a value is wanted';
  if (issue.code === 'invalid_format') return 'this is no AWS account id; dashes and spaces have no place in it';
  if (issue.code === 'too_small') return 'the list is empty; name at least one, or remove the key';
  return 'this value is not accepted here';
}

function nothingText(path: ValuePath, written: string | undefined): string {
  const isPassword = path[path.length - 1] === 'registryPassword';
  if (written) {
    const orQuote = isPassword ? ', put it in quotes where it is the password,' : '';
    return `\`${written}\` means nothing in YAML; give it a value${orQuote} or remove the key`;
  }
  const quotes = isPassword ? ', in quotes where it begins with "#",' : '';
  return `nothing follows this key; give it a value${quotes} or remove it`;
}

function missingText(path: ValuePath): string {
  if (path[0] === 'customImage' && path.length === 1) return 'missing: what a values file says is below this key';
  if (!path.includes('resources')) return 'missing';
  return 'missing: the PrimeHub controller panics where cpu and memory are not both there';
}

function textIsWanted(value: unknown, path: ValuePath, written: string | undefined): string {
  if (typeof value !== 'number' && typeof value !== 'boolean') return `text is wanted, not ${kindOfValue(value)}`;
  const mayBePassword = path.some((part) => String(part).startsWith('registryPassword'));
  return `YAML reads this as a ${typeof value}; put it in quotes${mayBePassword || written === undefined ? '' : `: "${written}"`}`;
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
