import type { z } from 'zod';
import { FileReport } from '../report/file-report';
import { issueText } from './issue-text';
import { schemaAt } from './json-schema';
import { reportPlaceholders } from './placeholders';
import { Values, valuesSchema } from './schema';
import { reportUnknownKey } from './unknown-keys';
import { KeyPath, valueAt, YamlSource } from '../yaml/yaml-source';

type Issue = z.core.$ZodIssue;

/**
 * Checks that a file has the keys and types of the schema.
 *
 * What is wrong is reported and left out, so that the rest is checked in the same run; nothing comes back where the
 * rest alone makes no sense.
 */
export function parseStructure(source: YamlSource, report: FileReport): Values | undefined {
  reportPlaceholders(source.value, report);
  reportCutPassword(source, report);
  const first = valuesSchema.safeParse(source.value);
  if (first.success) return first.data;
  const issues = first.error.issues.flatMap(mostParticular);
  // Unknown keys first: a key that is misspelt is not missing.
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') pathsOf(issue).forEach((path) => reportUnknownKey(path, report));
  }
  for (const issue of issues) if (issue.code !== 'unrecognized_keys') reportIssue(issue, source, report);
  return parseTheRest(structuredClone(source.value), issues, report);
}

/** Of what was tried for a value that may be one thing or another: the issues inside of it, where it has members. */
function mostParticular(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  if (inside === undefined) return [issue];
  return inside.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Leaves out what is wrong, and stands in for what is missing, until the rest is right. */
function parseTheRest(rest: unknown, issues: readonly Issue[], report: FileReport): Values | undefined {
  // From the end, so that the indexes of a list stay what they are.
  for (const issue of [...issues].reverse()) {
    const [path] = pathsOf(issue);
    const parent = path.slice(0, -1);
    const text = standIn(issue);
    if (valueAt(rest, path) !== undefined) pathsOf(issue).forEach((wrong) => leaveOut(rest, wrong, report));
    // `customImage` itself is missing: there is nothing left to check.
    else if (text === undefined && parent.length === 0) return undefined;
    else if (text === undefined) leaveOut(rest, parent, report);
    else Object.assign(valueAt(rest, parent) ?? {}, { [path[path.length - 1]]: text });
  }
  const result = valuesSchema.safeParse(rest);
  return result.success ? result.data : parseTheRest(rest, result.error.issues.flatMap(mostParticular), report);
}

/**
 * A text in place of one that is missing: without any, what stands beside it could not be checked. What a check says of
 * it is not repeated, as that it is missing was reported.
 */
function standIn(issue: Issue): string | undefined {
  const [list, key] = issue.path.slice(-2);
  // An account of its own for each registry: two of the same would be one named twice.
  if (key === 'account') return String(typeof list === 'number' ? list + 1 : 0).padStart(12, '0');
  // Only a quantity is required and may be one thing or another.
  if (issue.code === 'invalid_union') return '0';
  return issue.code === 'invalid_type' && issue.expected === 'string' ? '' : undefined;
}

function leaveOut(rest: unknown, path: KeyPath, report: FileReport): void {
  const parent = valueAt(rest, path.slice(0, -1));
  const key = path[path.length - 1];
  if (Array.isArray(parent)) {
    parent.splice(Number(key), 1);
    report.leftOut(path);
  } else if (typeof parent === 'object' && parent !== null) {
    delete (parent as Record<string, unknown>)[key];
  }
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

function reportIssue(issue: Issue, source: YamlSource, report: FileReport): void {
  const path = issue.path as KeyPath;
  const value = valueAt(source.value, path);
  // Something in it is reported already, under the key that was probably meant.
  if (value === undefined && report.isBroken(path)) return;
  const description = path.length === 0 ? undefined : schemaAt(path)?.description;
  const text = issueText(issue, value, source.written(path));
  report.problem(path, description === undefined ? text : `${text}. ${description}`);
}
