import { Document, Scalar, YAMLMap } from 'yaml';
import { escapeUnreadable } from '../lib/kubernetes/yaml-text';

/** The same options as cdk8s: they quote what YAML 1.1 would not read as text, and never fold a line. */
const OPTIONS = { lineWidth: 0, version: '1.1' } as const;

/** Texts that need no quotes for any reader: names, images, addresses, commands, sentences; `--option`, `500m`. */
const PLAIN = /^(?:(?:--)?[a-z/][\w.,/()$+%*-]*(?:[ :=@][\w.,/()$+%*-]+)*|[0-9]+(?:m|[KMG]i))$/i;
/** Words that YAML 1.1, or the library, takes for something else than text. */
const NOT_TEXT = /^(?:y|yes|n|no|on|off|true|false|null|e[-+]?[0-9]+)$/i;
/**
 * Texts that Go's YAML reader, unlike YAML 1.1, reads as a number (`0o17`, `0X1F`, `+_1`, `0b-1`) or a merge key. It
 * may match more, as unneeded quotes are harmless.
 */
const LOOKS_LIKE_NUMBER = /^[-+._]*[0-9][-+.:_0-9a-fxo]*$/i;
const MERGE_KEY = '<<';
/** Lines of ASCII that can be written as they are, only indented: scripts. The last may end in a line break. */
const LINES = /^[!-~][ -~\n]*[!-~]\n?$/;
/** One line of ASCII that needs no escapes in double quotes: a sentence with a colon, for example. */
const QUOTABLE = /^[ !#-[\]-~]*$/;
/** Characters that YAML readers take for a line break or refuse, unless they are escaped in double quotes. */
const NEEDS_ESCAPE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** How many texts to remember. Among thousands of registries most texts that need quotes are the same. */
const REMEMBERED = 1000;

/**
 * The objects as YAML documents that readers of YAML 1.1, readers of YAML 1.2 and Go read the same.
 *
 * The YAML library prints only the texts that are not plain, and each of them once. With whole objects it would take
 * more time than the rest of a synth.
 */
export function toYaml(objects: readonly object[]): string {
  return objects.map((object) => `${valueText(object, '')}\n`).join('---\n');
}

/**
 * A value of which all lines but the first are indented. It appends with `+`, which copies nothing yet: `join` would copy
 * the scripts at every depth.
 */
function valueText(value: unknown, indent: string): string {
  if (typeof value === 'string') return isPlain(value) ? value : printedValue(value, indent);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const newLine = `\n${indent}`;
  const deeper = `${indent}  `;
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && newLine}- ${valueText(item, deeper)}`;
    return text || '[]';
  }
  for (const [key, member] of Object.entries(value)) {
    const keyText = isPlain(key) ? key : printedKey(key);
    const gap = hasMembers(member) ? `\n${deeper}` : ' ';
    text += `${text && newLine}${keyText}:${gap}${valueText(member, deeper)}`;
  }
  return text || '{}';
}

function hasMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !NOT_TEXT.test(text);
}

const printedKey = remembered((text) => print(scalar(text), 0).slice(0, -': 0'.length));

function printedValue(text: string, indent: string): string {
  return (printers[indent.length] ??= remembered((value) => printAt(indent, value)))(text);
}

/** What prints the values at each depth. */
const printers: ((text: string) => string)[] = [];

/** A text as a value, all of its lines but the first indented, if they are not empty. */
function printAt(indent: string, text: string): string {
  if (text.includes('\n') && LINES.test(text)) {
    return `|${text.endsWith('\n') ? '' : '-'}\n${indent}${text.trimEnd().replace(/\n+/g, `$&${indent}`)}`;
  }
  if (text.includes(': ') && QUOTABLE.test(text)) return `"${text}"`;
  return print('key', scalar(text))
    .slice('key: '.length)
    .replace(/\n+ {2}/g, `$&${indent.slice(2)}`);
}

function remembered(print: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let printed = known.get(text);
    if (printed === undefined) {
      printed = print(text);
      if (known.size >= REMEMBERED) known.clear();
      known.set(text, printed);
    }
    return printed;
  };
}

function scalar(text: string): Scalar {
  const node = new Scalar(text);
  const needsEscape = NEEDS_ESCAPE.test(text.replaceAll('\n', ''));
  if (needsEscape || text === MERGE_KEY || LOOKS_LIKE_NUMBER.test(text)) node.type = 'QUOTE_DOUBLE';
  return node;
}

function print(key: unknown, value: unknown): string {
  const document = new Document(new YAMLMap(), OPTIONS);
  document.add(document.createPair(key, value));
  return escapeUnreadable(document.toString(OPTIONS).slice(0, -1));
}
