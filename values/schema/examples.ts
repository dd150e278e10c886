import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import { schemaAt } from './json-schema';
import { placeholderIn } from './placeholder-words';

/** Values that our own examples and the docs of clouds use. */
const OF_EXAMPLES = [
  ...['012345678901', '111122223333', '444455556666', '777788889999'],
  ...['exampleteam', 'example-project', 'example-corp', 'exampleorg'],
];
/** 123456789012 and its beginnings, and a single repeated digit, with or without the dashes of a UUID. */
const COUNTED =
  /^(?:123456789(?:0|01|012|123)?|(\d)\1{11}|([0-9a-f])\2{7}(?:-\2{4}){3}-\2{12}|x{8}(?:-x{4}){3}-x{12})$/i;
/** UUIDs with counting groups: 11111111-2222-3333-4444-555555555555, 12345678-1234-1234-1234-123456789abc. */
const COUNTED_GROUPS = /^(?:(?:(\d)\1{3,11}-?){5}|12345678(?:-1234){3}-123456789(?:012|abc))$/i;
/** Host names and addresses that are reserved for examples. @see https://www.rfc-editor.org/rfc/rfc2606 https://www.rfc-editor.org/rfc/rfc5737 */
const RESERVED_HOST =
  /(?:^|[./@])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid)|core\.harbor\.domain|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+)(?=[:/]|$)/i;

/** Warns about values that look like a placeholder or an example. Messages repeat a value only if it is one. */
export function warnOfExamples(value: unknown, report: FileReport, path: ValuePath = []): void {
  if (schemaAt(path) === undefined || hasOwnMessage(path)) return;
  if (typeof value === 'string') {
    const found = exampleIn(value, path);
    if (found !== undefined) report.warning(path, 'placeholder', `${found}: replace it with your own value`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      warnOfExamples(member, report, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** A password has its own check. The name of a variable may be PASSWORD. A key in a secret store may be any word. */
function hasOwnMessage([, key, form, part]: ValuePath): boolean {
  return key === 'registryPassword' || (key === 'registryPasswordFrom' && form !== 'file' && part !== 'username');
}

function exampleIn(text: string, path: ValuePath): string | undefined {
  // Azure's user name for tokens is a UUID of zeros.
  if (path[1] === 'registryUsername' && /^[0-]+$/.test(text)) return undefined;
  const words = text.split(/[^A-Za-z0-9_-]+/);
  const example = words.find((one) => OF_EXAMPLES.includes(one) || COUNTED.test(one) || COUNTED_GROUPS.test(one));
  if (example !== undefined) return `${example} is a value from the examples`;
  if (RESERVED_HOST.test(text)) return 'this host is reserved for examples';
  const word = placeholderIn(text);
  return word === undefined ? undefined : `${word} looks like a placeholder`;
}
