import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import { schemaAt } from './json-schema';

/** What our own examples and the docs of registries have where the user's own value goes. */
const OF_EXAMPLES = ['123456789012', '111122223333', 'exampleteam', 'example-project', 'example-corp', 'exampleorg'];
/** Names that nobody can own. @see https://www.rfc-editor.org/rfc/rfc2606 */
const RESERVED_HOST = /(?:^|[./@])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid))(?=[:/]|$)/i;

/** Words that people leave for others to fill in, in capitals or not: CHANGEME, YOUR_USERNAME, your-org, my-org, xxx. */
const TO_FILL_IN = new RegExp(
  `^(?:${[
    '(?:please[-_]?)?(?:change|replace|fill|edit)[-_]?(?:me|this|it|in)',
    'to-?do|fixme|tbd|placeholder|x{3,}',
    '(?:your|my)[-_](?:docker[-_]?hub[-_])?(?:own|org|organi[sz]ation|company|team|user|user-?name|account|name|project|registry|repo|repository|namespace|domain|host|region|token|password|secret|key)(?:[-_](?:id|name|here))?',
    'your(?:org|company|team|user|username|account|name|project|registry|repo|namespace|domain|host|token|password)',
  ].join('|')})$`,
  'i',
);

/** Warns of values that look like somebody else's example: words to fill in. A value is repeated only where it is one. */
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
  // A password may hold anything: it is a placeholder where that is all there is.
  const words = isPassword ? [text] : text.split(/[^A-Za-z0-9_-]+/);
  const word = words.find((one) => TO_FILL_IN.test(one));
  if (word !== undefined) return `${word} looks like a placeholder`;
  if (isPassword) return undefined;
  const example = words.find((one) => OF_EXAMPLES.includes(one));
  if (example !== undefined) return `${example} is a value from the examples`;
  return RESERVED_HOST.test(text) ? 'this host is reserved for examples' : undefined;
}
