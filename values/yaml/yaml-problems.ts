import {
  type CST,
  type Document,
  isAlias,
  isScalar,
  Parser,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** An error in the YAML syntax. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

// Our own message for each error code. The library's messages quote the text around an error, which may be a password.
const MESSAGES: Record<string, string> = {
  BAD_ALIAS: 'this alias (*name) has no anchor (&name) before it: put a value that begins with "*" in quotes',
  BAD_DIRECTIVE: 'this directive (%NAME) is not supported: put a value that begins with "%" in quotes',
  BAD_DQ_ESCAPE: 'this escape is not valid in double quotes: use single quotes, or write the backslash twice',
  BAD_INDENT: 'wrong indentation: all keys of a mapping must begin in the same column',
  BAD_SCALAR_START: 'a value cannot begin with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value that contains ": " or ends with ":" must be in quotes',
  MISSING_CHAR: 'a closing quote, a closing bracket or a colon is missing, here or further up',
  MULTILINE_IMPLICIT_KEY: 'this key has no colon, or a value without quotes continues on the next line',
  MULTIPLE_DOCS:
    'a second document (---) begins here: a values file describes one registry, so put this one into its own file',
  NON_STRING_KEY: 'this key is not text: put it in quotes',
  TAB_AS_INDENT: 'this is a tab, but YAML is indented with spaces: replace it',
  TAG_RESOLVE_FAILED: 'this YAML tag (!name) is not supported: put a value that begins with "!" in quotes',
};
const OPEN_BRACKET = 'this "[" or "{" is not closed: close it, or put the value in quotes';
const OPEN_QUOTE =
  'this quote is not closed, or has text after it: use single quotes, and write a single quote inside them twice';
const TOO_DEEPLY_INDENTED =
  'this key is indented deeper than the key above: all keys of a mapping must begin in the same column';
const PASTED =
  'the lines of a value must be indented deeper than its key: indent the pasted text, or put it on one line (a key file with `jq -c`)';
const OTHER_VERSION = 'values files are read as YAML 1.2, in which yes, no, on and off are text: remove this line';
const PROTO = 'a key cannot have this name';
const MERGE_KEY = 'values files are read as YAML 1.2, which has no merge key (<<): write the keys out';
const OTHER = 'from here on, this is not valid YAML: put a value with special characters in quotes';

// Errors after which the rest of the file can be read. After any other error, further ones are only noise.
const LOCAL = ['BAD_ALIAS', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED'];
/** The most problems that are reported for one file, as nobody reads more at once. */
const MOST = 100;
/** The most aliases that are expanded. No values file needs more. */
const MOST_ALIASES = 100;
const TOO_MANY_ALIASES = `more than ${MOST_ALIASES} aliases (*name): write the values out`;
// Deeper nesting can exhaust the stack in the YAML library, which may crash Node.
const MAX_DEPTH = 100;

/** The errors of a document, in the order of the text, without those that only follow from an earlier one. */
export function yamlProblems(document: Document.Parsed, text: string): YamlProblem[] {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = errors.findIndex((error) => !LOCAL.includes(error.code));
  const problems = errors
    .slice(0, first < 0 ? errors.length : first + 1)
    .slice(0, MOST)
    .map((error) => toProblem(error, document, text));
  problems.push(...keysThereTwice(document, text, first < 0 ? Infinity : errors[first].pos[0]));
  if (first < 0) problems.push(...unreadable(document, text));
  return problems.sort((a, b) => a.offset - b.offset).slice(0, MOST);
}

function toProblem(error: YAMLError, document: Document.Parsed, text: string): YamlProblem {
  const [offset] = error.pos;
  const isQuote = error.code === 'MISSING_CHAR' || error.code === 'UNEXPECTED_TOKEN';
  const quote = isQuote ? openedBefore(offset, document, isQuoted) : undefined;
  if (quote !== undefined) return { offset: quote, message: isPasted(text, quote) ? PASTED : OPEN_QUOTE };
  const isBracket = error.code === 'BAD_INDENT' && error.message.startsWith('Flow ');
  const bracket = isBracket ? openedBefore(offset, document, isInBrackets) : undefined;
  if (bracket !== undefined) return { offset: bracket, message: isPasted(text, bracket) ? PASTED : OPEN_BRACKET };
  if (error.code === 'MULTILINE_IMPLICIT_KEY' && isPasted(text, offset)) return { offset, message: PASTED };
  const continuation = error.code === 'BLOCK_AS_IMPLICIT_KEY' ? continuationOf(offset, document, text) : undefined;
  if (continuation !== undefined) return { offset: continuation, message: TOO_DEEPLY_INDENTED };
  return { offset, message: MESSAGES[error.code] ?? OTHER };
}

/** Repeated keys of a mapping, up to an offset. Don't show them: a key may be a stray line of a password. */
function keysThereTwice(document: Document.Parsed, text: string, end: number): YamlProblem[] {
  const found: YamlProblem[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const offsets = new Map<unknown, number>();
      for (const { key } of items) {
        if (!isScalar(key) || !key.range || key.range[0] >= end) continue;
        const first = offsets.get(key.value);
        if (first === undefined) offsets.set(key.value, key.range[0]);
        else if (found.length < MOST) found.push({ offset: key.range[0], message: keyIsThereTwice(text, first) });
      }
    },
  });
  return found;
}

function keyIsThereTwice(text: string, first: number): string {
  const line = text.slice(0, first).split('\n').length;
  return `this key appears twice, first on line ${line}: remove one of them`;
}

/** Whether complete JSON of several lines begins here, in quotes or not. If so, only its indentation is wrong. */
function isPasted(text: string, offset: number): boolean {
  return /^(['"]?)\s*[{[].*(?:\n.*)*?\n[ \t]*[}\]]\1/.test(text.slice(offset));
}

/** The start of the second line, if a key that is indented too far made YAML read a key of several lines. */
function continuationOf(offset: number, { errors }: Document.Parsed, text: string): number | undefined {
  const key = errors.find(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === offset);
  const newline = key === undefined ? -1 : text.indexOf('\n', offset);
  return newline < 0 ? undefined : newline + 1 + text.slice(newline + 1).search(/\S/);
}

/** The start of the value at whose end an error was found, as the mistake is usually there. */
function openedBefore(
  offset: number,
  document: Document.Parsed,
  isOpened: (value: Scalar | YAMLMap | YAMLSeq) => boolean,
): number | undefined {
  let found: number | undefined;
  visit(document, {
    Value: (_, value) => {
      if (isOpened(value) && value.range && value.range[0] < offset && offset <= value.range[2]) found = value.range[0];
    },
  });
  return found;
}

function isQuoted(value: Scalar | YAMLMap | YAMLSeq): boolean {
  return isScalar(value) && (value.type === 'QUOTE_DOUBLE' || value.type === 'QUOTE_SINGLE');
}

function isInBrackets(value: Scalar | YAMLMap | YAMLSeq): boolean {
  return !isScalar(value) && value.flow === true;
}

/** YAML that the library accepts, but that we refuse because it does not mean what people expect. */
function unreadable(document: Document.Parsed, text: string): YamlProblem[] {
  const found: YamlProblem[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  const version = document.directives.yaml;
  if (version.explicit && version.version !== '1.2') {
    found.push({ offset: text.search(/^%YAML/m), message: OTHER_VERSION });
  }
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') found.push({ offset: key.range?.[0] ?? 0, message: MERGE_KEY });
      // JavaScript does not keep __proto__ as a key, so the key would be lost.
      if (isScalar(key) && key.value === '__proto__') found.push({ offset: key.range?.[0] ?? 0, message: PROTO });
    },
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor);
        return undefined;
      }
      aliases++;
      const offset = node.range?.[0] ?? 0;
      // The library searches for each anchor from the top, which takes quadratic time.
      if (!anchors.has(node.source)) found.push({ offset, message: MESSAGES.BAD_ALIAS });
      if (aliases <= MOST_ALIASES) return undefined;
      found.push({ offset, message: TOO_MANY_ALIASES });
      return visit.BREAK;
    },
  });
  return found;
}

/** Whether a text is nested too deeply to be parsed. It works level by level, as recursion would exhaust the stack. */
export function isTooDeep(text: string): boolean {
  // Each level has a bracket or an indicator of its own: most files need no look at their structure.
  if ((text.match(/[[{]|[-?:](?:\s|$)/g) ?? []).length <= MAX_DEPTH) return false;
  let level: CST.Token[] = [...new Parser().parse(text)];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(children);
  }
  return false;
}

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child !== null && child !== undefined));
}
