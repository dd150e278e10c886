import type * as z from 'zod';
import { FileReport, MOST_FINDINGS } from '../report/file-report';
import { reportCommittedTexts } from './committed-texts';
import { issueText } from './issue-text';
import { schemaAt } from './json-schema';
import { reportPlaceholders } from './placeholders';
import { Values, valuesSchema } from './schema';
import { reportUnknownKey } from './unknown-keys';
import { ValuePath } from '../../lib/validation';
import { valueAt, YamlSource } from '../yaml/yaml-source';

type Issue = z.core.$ZodIssue;

const PASSWORD: ValuePath = ['customImage', 'registryPassword'];

/**
 * Checks the keys and types of a file against the schema.
 *
 * Wrong parts are reported and left out, so that the rest is checked in the same run.
 *
 * @param value the content of the file, or the part of it to check
 * @returns nothing if the rest is not enough for further checks
 */
export function parseStructure(value: unknown, source: YamlSource, report: FileReport): Values | undefined {
  reportPlaceholders(value, report);
  reportCommittedTexts(value, report);
  if (valueAt(value, PASSWORD) !== undefined) reportCutPassword(source, report);
  const first = valuesSchema.safeParse(value);
  if (first.success) return value as Values;
  const issues = first.error.issues.flatMap(mostParticular);
  // Report unknown keys first, so that a misspelt key is not reported as missing too.
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys')
      pathsOf(issue)
        .slice(0, MOST_FINDINGS)
        .forEach((path) => reportUnknownKey(path, value, report));
  }
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys' && !report.isFull) reportIssue(issue, source, report);
  }
  return withoutWrong(value, issues, report);
}

/** For a union, the issues inside the value if one alternative fits its type. Otherwise the issue itself. */
function mostParticular(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  if (inside === undefined) return [issue];
  return inside.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Leaves out wrong parts. A wrong list item becomes undefined, so that the others keep their index. */
function withoutWrong(value: unknown, issues: readonly Issue[], report: FileReport): Values | undefined {
  const rest = structuredClone(value);
  for (const path of issues.flatMap(pathsOf)) {
    const section = path.slice(0, -1);
    report.wrongKeyIn(section);
    const parent = valueAt(rest, section);
    const key = path[path.length - 1];
    if (Array.isArray(parent)) parent[Number(key)] = undefined;
    else if (typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[key];
  }
  const values = rest as Values;
  // Without customImage there is nothing left to check.
  return values.customImage === undefined ? undefined : values;
}

function pathsOf(issue: Issue): ValuePath[] {
  const path = issue.path as ValuePath;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** Reports an unquoted password of which YAML reads a part as an anchor or a comment. */
function reportCutPassword(source: YamlSource, report: FileReport): void {
  const path = PASSWORD;
  const cutBy = source.cutBy(path);
  if (cutBy === '&') {
    report.problem(path, 'yaml', 'YAML reads a value that begins with "&" as an anchor: put the password in quotes');
  }
  if (cutBy === '#') {
    report.warning(
      path,
      'yaml',
      'YAML reads the text after " #" as a comment: put the password in quotes if that text is part of it',
    );
  }
}

function reportIssue(issue: Issue, source: YamlSource, report: FileReport): void {
  const path = issue.path as ValuePath;
  const value = valueAt(source.value, path);
  // A misspelt key, which was probably meant to be this one, is already reported.
  if (value === undefined && report.isBroken(path)) return;
  const description = path.length === 0 ? undefined : schemaAt(path)?.description;
  const text = issueText(issue, value, source.written(path));
  report.problem(
    path,
    value === undefined ? 'missing' : 'wrong-type',
    description === undefined ? text : `${text}. ${description}`,
  );
}
