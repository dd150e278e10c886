import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { FileReport, keyText } from './file-report';
import { JsonSchema, schemaAt, valuesJsonSchema } from './json-schema';
import { reportPlaceholders } from './placeholders';
import { Values, valuesSchema } from './schema';
import { KeyPath, valueAt, YamlSource } from './yaml-source';

type Issue = z.core.$ZodIssue;

/**
 * Checks that a file has the keys and types of the schema.
 *
 * What is wrong is reported and left out, so that the rest is checked in the same run; nothing comes back where the
 * rest alone makes no sense.
 */
export function parseStructure(source: YamlSource, report: FileReport): Values | undefined {
  const schema = valuesJsonSchema();
  reportPlaceholders(source.value, schema, report);
  reportCutPassword(source, report);
  const first = valuesSchema.safeParse(source.value);
  if (first.success) return first.data;
  const issues = first.error.issues.flatMap(mostParticular);
  // Unknown keys first: a key that is misspelt is not missing.
  for (const issue of issues) if (issue.code === 'unrecognized_keys') reportUnknownKeys(issue, schema, report);
  for (const issue of issues) if (issue.code !== 'unrecognized_keys') reportIssue(issue, source, schema, report);
  return parseTheRest(structuredClone(source.value), issues);
}

/** Of what was tried for a value that may be one thing or another: the issues inside of it, where it has members. */
function mostParticular(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  if (inside === undefined) return [issue];
  return inside.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** In place of an AWS account id that is none: without any, what stands beside it could not be checked. */
const STAND_IN_ACCOUNT = '000000000000';

/** Removes what is wrong, or the parent of what is missing, until the rest is right. */
function parseTheRest(rest: unknown, issues: readonly Issue[]): Values | undefined {
  // From the end, so that the indexes of a list stay what they are.
  const paths = issues.flatMap(pathsOf).reverse();
  if (paths.some((path) => path.length === 0)) return undefined;
  for (const path of paths) replaceOrRemove(rest, path);
  if (rest === undefined || paths.length === 0) return undefined;
  const result = valuesSchema.safeParse(rest);
  if (result.success) return result.data;
  const again = result.error.issues.flatMap(mostParticular);
  // `customImage` itself is missing: there is nothing left to check.
  if (again.flatMap(pathsOf).some((path) => path.length <= 1 && valueAt(rest, path) === undefined)) return undefined;
  return parseTheRest(rest, again);
}

function replaceOrRemove(rest: unknown, path: KeyPath): void {
  const parent = valueAt(rest, path.slice(0, -1));
  if (path[path.length - 1] === 'account' && typeof parent === 'object' && parent !== null) {
    (parent as Record<string, unknown>).account = STAND_IN_ACCOUNT;
    return;
  }
  remove(rest, valueAt(rest, path) === undefined ? path.slice(0, -1) : path);
}

function pathsOf(issue: Issue): KeyPath[] {
  const path = issue.path as KeyPath;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** YAML takes a part of some unquoted passwords for something else, and says nothing. */
function reportCutPassword(source: YamlSource, report: FileReport): void {
  const path = ['customImage', 'registryPassword'];
  const cutBy = source.cutBy(path);
  if (cutBy === '&') report.problem(path, 'YAML takes what begins with "&" for an anchor; put the password in quotes');
  if (cutBy === '#') {
    report.warning(
      path,
      'YAML takes what follows " #" for a comment; put the password in quotes where that is a part of it',
    );
  }
}

function reportIssue(issue: Issue, source: YamlSource, schema: JsonSchema, report: FileReport): void {
  const path = issue.path as KeyPath;
  const value = valueAt(source.value, path);
  // Something in it is reported already, under the key that was probably meant.
  if (value === undefined && report.isBroken(path)) return;
  const description = path.length === 0 ? undefined : schemaAt(schema, path)?.description;
  const text = issueText(issue, value, source.written(path));
  report.problem(path, description === undefined ? text : `${text}. ${description}`);
}

function issueText(issue: Issue, value: unknown, written: string | undefined): string {
  if (value === undefined) return missingText(issue.path as KeyPath);
  if (value === null) return nothingText(issue.path as KeyPath);
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
    if (expected === 'string') return textIsWanted(value, issue.path as KeyPath, written);
    if (expected === 'boolean') return 'true or false is wanted, without quotes (yes, no, on and off are text here)';
    if (expected === 'object' || expected === 'record') return `a mapping is wanted, not ${kindOfValue(value)}`;
    if (expected === 'array') return `a list is wanted, not ${kindOfValue(value)}`;
    return `a number is wanted, not ${kindOfValue(value)}`;
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')} is wanted`;
  if (issue.code === 'invalid_format') return 'an AWS account id is 12 digits';
  if (issue.code === 'too_small') return 'the list is empty; name at least one, or remove the key';
  return 'this value is not accepted here';
}

function nothingText(path: KeyPath): string {
  const quotes = path[path.length - 1] === 'registryPassword' ? ', in quotes where it begins with "#",' : '';
  return `nothing follows this key; give it a value${quotes} or remove it`;
}

function missingText(path: KeyPath): string {
  if (path[0] === 'customImage' && path.length === 1) return 'missing: what a values file says is below this key';
  if (!path.includes('resources')) return 'missing';
  return 'missing: the PrimeHub controller panics where cpu and memory are not both there';
}

function textIsWanted(value: unknown, path: KeyPath, written: string | undefined): string {
  if (typeof value !== 'number' && typeof value !== 'boolean') return `text is wanted, not ${kindOfValue(value)}`;
  const mayBePassword = path.some((part) => String(part).startsWith('registryPassword'));
  return `YAML reads this as a ${typeof value}; put it in quotes${mayBePassword || written === undefined ? '' : `: "${written}"`}`;
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function reportUnknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, schema: JsonSchema, report: FileReport): void {
  for (const key of issue.keys) reportUnknownKey([...(issue.path as KeyPath), key], schema, report);
}

function reportUnknownKey(path: KeyPath, schema: JsonSchema, report: FileReport): void {
  const key = String(path[path.length - 1]);
  const parent = path.slice(0, -1);
  const known = Object.keys(schemaAt(schema, parent)?.properties ?? {});
  const nearest = known
    .map((name) => ({ name, far: distance(name.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  if (nearest !== undefined && nearest.far <= Math.ceil(key.length / 3)) {
    report.unknownKey(path, `this key is not known; ${nearest.name} is`, true, [...parent, nearest.name]);
    return;
  }
  const elsewhere = allKeys(schema, []).find((other) => other[other.length - 1] === key);
  if (elsewhere !== undefined) {
    const place = keyText(elsewhere.slice(0, -1)) || 'the top of the file';
    report.unknownKey(path, `this key is not known here; it belongs to ${place}`, true, elsewhere);
    return;
  }
  // What stands for a key may be a stray line of a password.
  report.unknownKey(path, `this key is not known here; known are ${known.join(', ')}`, false);
}

function allKeys(schema: JsonSchema, path: KeyPath): KeyPath[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
    [...path, key],
    ...allKeys(sub, [...path, key]),
  ]);
}

function remove(value: unknown, path: KeyPath): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path[path.length - 1];
  if (key === undefined || typeof parent !== 'object' || parent === null) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
}
