import { isDeepStrictEqual } from 'util';
import { Document, isCollection, isMap, isPair, isScalar, Lexer, parseDocument, stringify, YAMLMap } from 'yaml';
import { SealedPassword } from '../../lib/push-secret/sealed-secret';

const OPTIONS = { version: '1.2', stringKeys: true, prettyErrors: false, logLevel: 'silent' } as const;

/**
 * The text of a values file, with its password source replaced by a sealed password.
 *
 * Everything else stays the same, byte by byte. Comments inside the replaced lines move above them.
 *
 * @throws an error if the form of the file does not allow this
 */
export function withSealedPassword(text: string, sealed: SealedPassword): string {
  const document = parseDocument(text, OPTIONS);
  const wanted = document.toJS() as { customImage: Record<string, unknown> };
  delete wanted.customImage.registryPassword;
  wanted.customImage.registryPasswordFrom = { sealed: { ...sealed } };
  try {
    const result = spliced(text, document, sealed);
    if (result !== undefined && means(result, wanted)) return result;
  } catch {
    // An alias points to an anchor that was replaced. Don't pass on the library's message, which quotes the text.
  }
  throw new Error(
    'the form of customImage cannot be edited automatically: write it as a plain block mapping, with one key per line',
  );
}

/** Whether the text has the expected content when it is parsed again. */
function means(text: string, wanted: unknown): boolean {
  const document = parseDocument(text, OPTIONS);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

/** The text with only the password source changed. */
function spliced(text: string, document: Document, sealed: SealedPassword): string | undefined {
  const customImage = document.get('customImage');
  if (!isMap(customImage)) return undefined;
  return customImage.flow ? splicedFlow(text, customImage, sealed) : splicedBlock(text, customImage, sealed);
}

/** Replaces a pair in a mapping in braces. The new pair is JSON, which is also YAML. */
function splicedFlow(text: string, map: YAMLMap, sealed: SealedPassword): string | undefined {
  const written = `"registryPasswordFrom": ${JSON.stringify({ sealed })}`;
  const old = pairOf(map, 'registryPasswordFrom') ?? pairOf(map, 'registryPassword');
  if (old !== undefined) {
    // A comment inside the replaced pair cannot be moved anywhere.
    const hasComment = commentsOf(text).some(({ offset }) => offset >= old.start && offset < old.end);
    return hasComment ? undefined : text.slice(0, old.start) + written + text.slice(old.end);
  }
  const username = pairOf(map, 'registryUsername');
  return username && `${text.slice(0, username.end)}, ${written}${text.slice(username.end)}`;
}

/** Replaces a pair in a mapping with a line for each key. */
function splicedBlock(text: string, customImage: YAMLMap, sealed: SealedPassword): string {
  const [from, password, username] = ['registryPasswordFrom', 'registryPassword', 'registryUsername'].map((key) =>
    blockPair(text, customImage, key),
  );
  const block = stringify({ registryPasswordFrom: { sealed } }, { lineWidth: 0 }).trimEnd().split('\n');
  const edits: Edit[] = [];
  if (from) edits.push(replacement(text, from, block));
  if (password) edits.push(replacement(text, password, from ? [] : block));
  if (!from && !password && username) edits.push(insertion(username, block));
  const last = edits.sort((a, b) => b.start - a.start);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return last.reduce(
    (result, { start, end, lines }) =>
      result.slice(0, start) + lines.map((line) => line + eol).join('') + result.slice(end),
    text.endsWith('\n') ? text : text + eol,
  );
}

/** The whole lines from `start` to `end`, and the lines that replace them. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly lines: string[];
}

/** The whole lines of a key and its value, and the indentation of the key. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
}

function blockPair(text: string, map: YAMLMap, key: string): Block | undefined {
  const pair = pairOf(map, key);
  if (pair === undefined) return undefined;
  const start = text.lastIndexOf('\n', pair.start) + 1;
  const lastCharacter = start + text.slice(start, pair.end).trimEnd().length - 1;
  const newline = text.indexOf('\n', lastCharacter);
  return { start, end: newline < 0 ? text.length + 1 : newline + 1, indent: text.slice(start, pair.start) };
}

/** The offsets at which a key begins and its value ends. */
function pairOf(map: YAMLMap, key: string): { readonly start: number; readonly end: number } | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (!isScalar(pair?.key) || !pair.key.range) return undefined;
  // The range of a block collection includes the comments after it. The range of its last value does not.
  return { start: pair.key.range[0], end: endOf(pair) ?? pair.key.range[1] };
}

function endOf(node: unknown): number | undefined {
  if (isPair(node)) return endOf(node.value) ?? endOf(node.key);
  if (isCollection(node) && !node.flow && node.items.length > 0) return endOf(node.items[node.items.length - 1]);
  return (node as { range?: [number, number, number] } | null)?.range?.[1];
}

function replacement(text: string, { start, end, indent }: Block, block: readonly string[]): Edit {
  const comments = commentsOf(text).filter(({ offset }) => offset >= start && offset < end);
  return { start, end, lines: [...comments.map(({ comment }) => comment), ...block].map((line) => indent + line) };
}

function insertion({ end, indent }: Block, block: readonly string[]): Edit {
  return { start: end, end, lines: block.map((line) => indent + line) };
}

/** The comments of a YAML text. The lexer puts U+001F before a scalar, so a "#" after it does not begin a comment. */
function commentsOf(text: string): { offset: number; comment: string }[] {
  const comments: { offset: number; comment: string }[] = [];
  let offset = 0;
  let previous = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith('#') && previous !== '\u001f') comments.push({ offset, comment: lexeme.trimEnd() });
    if (!['\u0002', '\u0018', '\u001f'].includes(lexeme)) offset += lexeme.length;
    previous = lexeme;
  }
  return comments;
}
