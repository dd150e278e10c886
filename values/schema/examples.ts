import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import { schemaAt } from './json-schema';

/** Values that our own examples and the docs of registries use. */
const OF_EXAMPLES = ['123456789012', '111122223333', 'exampleteam', 'example-project', 'example-corp', 'exampleorg'];
/** Host names that are reserved for examples. @see https://www.rfc-editor.org/rfc/rfc2606 */
const RESERVED_HOST = /(?:^|[./@])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid))(?=[:/]|$)/i;

/** Placeholder words, in capitals or not: CHANGEME, YOUR_USERNAME, your-org, my-org, xxx. */
const TO_FILL_IN = new RegExp(
  `^(?:${[
    '(?:please[-_]?)?(?:change|replace|fill|edit)[-_]?(?:me|this|it|in)',
    'to-?do|fixme|tbd|placeholder|x{3,}',
    '(?:your|my)[-_](?:docker[-_]?hub[-_])?(?:own|org|organi[sz]ation|company|team|user|user-?name|account|name|project|registry|repo|repository|namespace|domain|host|region|token|password|secret|key)(?:[-_](?:id|name|here))?',
    'your(?:org|company|team|user|username|account|name|project|registry|repo|namespace|domain|host|token|password)',
  ].join('|')})$`,
  'i',
);

/** Warns about values that look like a placeholder or an example. Messages repeat a value only if it is one. */
export function warnOfExamples(value: unknown, report: FileReport, path: ValuePath = []): void {
  if (schemaAt(path) === undefined) return;
  if (typeof value === 'string') {
    const found = exampleIn(value, path[path.length - 1] === 'registryPassword');
    if (found !== undefined) report.warning(path, 'placeholder', `${found}: replace it with your own value`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      warnOfExamples(member, report, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

function exampleIn(text: string, isPassword: boolean): string | undefined {
  // A password may contain any text, so it counts as a placeholder only as a whole.
  const words = isPassword ? [text] : text.split(/[^A-Za-z0-9_-]+/);
  const word = words.find((one) => TO_FILL_IN.test(one));
  if (word !== undefined) return `${word} looks like a placeholder`;
  if (isPassword) return undefined;
  const example = words.find((one) => OF_EXAMPLES.includes(one));
  if (example !== undefined) return `${example} is a value from the examples`;
  return RESERVED_HOST.test(text) ? 'this host is reserved for examples' : undefined;
}
