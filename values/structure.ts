import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { FileReport, keyText } from './file-report';
import { JsonSchema, valuesJsonSchema } from './json-schema';
import { Values, valuesSchema } from './schema';
import { KeyPath, YamlSource } from './yaml-source';

type Issue = z.core.$ZodIssue;

/**
 * Checks that a file has the keys and types of the schema.
 *
 * What is wrong is reported and left out, so that the rest is checked in the same run; nothing comes back where the
 * rest alone makes no sense.
 */
export function parseStructure(source: YamlSource, report: FileReport): Values | undefined {
  const first = valuesSchema.safeParse(source.value);
  if (first.success) return first.data;
  const schema = valuesJsonSchema();
  for (const issue of first.error.issues) reportIssue(issue, source, schema, report);
  return parseTheRest(structuredClone(source.value), first.error.issues);
}

/** Removes what is wrong, or the parent of what is missing, until the rest is right. */
function parseTheRest(rest: unknown, issues: readonly Issue[]): Values | undefined {
  // From the end, so that the indexes of a list stay what they are.
  const paths = issues.flatMap(pathsOf).reverse();
  if (paths.some((path) => path.length === 0)) return undefined;
  for (const path of paths) remove(rest, valueAt(rest, path) === undefined ? path.slice(0, -1) : path);
  if (rest === undefined || paths.length === 0) return undefined;
  const result = valuesSchema.safeParse(rest);
  if (result.success) return result.data;
  const again = result.error.issues.flatMap(pathsOf);
  // `customImage` itself is missing: there is nothing left to check.
  if (again.some((path) => path.length <= 1 && valueAt(rest, path) === undefined)) return undefined;
  return parseTheRest(rest, result.error.issues);
}

function pathsOf(issue: Issue): KeyPath[] {
  const path = issue.path as KeyPath;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

function reportIssue(issue: Issue, source: YamlSource, schema: JsonSchema, report: FileReport): void {
  const path = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey([...path, key], schema, report);
    return;
  }
  report.problem(path, issueText(issue, valueAt(source.value, path), source.written(path)) + hint(schema, path));
}

function issueText(issue: Issue, value: unknown, written: string | undefined): string {
  if (path0(issue) === undefined && (value === null || value === undefined)) return 'the file is empty';
  if (value === undefined) return 'missing';
  if (value === null) return 'nothing follows this key; give it a value or remove it';
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
    if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
      const isAccount = issue.path[issue.path.length - 1] === 'account';
      return `YAML reads this as a ${typeof value}; put it in quotes${isAccount ? `: "${written ?? String(value)}"` : ''}`;
    }
    if (expected === 'boolean') return 'a boolean is wanted: true or false, without quotes';
    if (expected === 'object' || expected === 'record') return `a mapping is wanted, not ${kindOfValue(value)}`;
    if (expected === 'array') return `a list is wanted, not ${kindOfValue(value)}`;
    return `${expected === 'string' ? 'text' : `a ${expected}`} is wanted, not ${kindOfValue(value)}`;
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')} is wanted`;
  if (issue.code === 'invalid_format') return 'an AWS account id is 12 digits';
  if (issue.code === 'too_small') return 'at least one is wanted';
  return 'this value is not accepted here';
}

function path0(issue: Issue) {
  return issue.path[0];
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** What the schema says that a key is for. */
function hint(schema: JsonSchema, path: KeyPath): string {
  const description = at(schema, path)?.description;
  return description === undefined || path.length === 0 ? '' : `. ${description}`;
}

function reportUnknownKey(path: KeyPath, schema: JsonSchema, report: FileReport): void {
  const key = String(path[path.length - 1]);
  const parent = path.slice(0, -1);
  const known = Object.keys(at(schema, parent)?.properties ?? {});
  const nearest = known.map((name) => ({ name, far: distance(name.toLowerCase(), key.toLowerCase()) }));
  nearest.sort((a, b) => a.far - b.far);
  const elsewhere = allKeys(schema, []).find((other) => other[other.length - 1] === key);
  let message = `this key is not known here; known are ${known.join(', ')}`;
  if (nearest[0] !== undefined && nearest[0].far <= Math.max(2, key.length / 3)) {
    message = `this key is not known; ${nearest[0].name} is`;
  } else if (elsewhere !== undefined) {
    message = `this key is not known here; it belongs to ${keyText(elsewhere.slice(0, -1))}`;
  }
  // What stands for a key may be a stray line of a password: only what looks like one of our keys is shown.
  const shownPath = /^[A-Za-z]{1,40}$/.test(key) ? path : [...parent, '(a key that is not shown)'];
  report.unknownKey(path, keyText(shownPath), message);
}

function at(schema: JsonSchema | undefined, path: KeyPath): JsonSchema | undefined {
  let here = schema;
  for (const part of path) {
    if (typeof part === 'number') here = here?.items ?? here?.anyOf?.find((option) => option.items)?.items;
    else here = here?.properties?.[part];
  }
  return here;
}

function allKeys(schema: JsonSchema, path: KeyPath): KeyPath[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
    [...path, key],
    ...allKeys(sub, [...path, key]),
  ]);
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let here = value;
  for (const part of path) here = (here as Record<string | number, unknown> | null | undefined)?.[part];
  return here;
}

function remove(value: unknown, path: KeyPath): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path[path.length - 1];
  if (key === undefined || typeof parent !== 'object' || parent === null) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
}
