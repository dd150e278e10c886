import { TOKEN_BLOCKS } from '../tokens/token-blocks';
import { FileReport } from '../report/file-report';
import { schemaAt } from './json-schema';
import { ValuePath } from '../../lib/validation';

// Messages show only these. Other angle brackets may contain a password.
const OF_THE_DOCS = [
  'repo',
  'repository',
  'project',
  'namespace',
  'host',
  'user name',
  'image',
  'role',
  'docker hub user',
  'access token',
  'key file JSON',
  ...TOKEN_BLOCKS.flatMap(({ placeholders }) => placeholders),
].map((word) => `<${word}>`.toLowerCase());

/** Reports placeholders that were copied from the docs, such as `<access token>`. */
export function reportPlaceholders(value: unknown, report: FileReport, path: ValuePath = []): void {
  if (report.isFull || schemaAt(path) === undefined) return;
  if (typeof value === 'string') {
    const found = value.match(/<[^<>]+>|^<>$/g) ?? [];
    // A password may contain any text, so it counts as a placeholder only as a whole.
    const isPassword = path[path.length - 1] === 'registryPassword';
    if (found.length > 0 && (!isPassword || found[0] === value))
      report.problem(path, 'placeholder', placeholderText(found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      reportPlaceholders(member, report, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

function placeholderText(found: readonly string[]): string {
  const known = [...new Set(found.filter((text) => OF_THE_DOCS.includes(text.toLowerCase())))];
  if (known.length === 0) return 'this still has a placeholder in angle brackets: replace it with your own value';
  if (known.length === 1) return `${known[0]} is a placeholder from the docs: replace it with your own value`;
  return `${known.slice(0, -1).join(', ')} and ${known.at(-1)} are placeholders from the docs: replace them with your own values`;
}
