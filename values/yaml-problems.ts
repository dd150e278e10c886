import {
  type CST,
  type Document,
  isScalar,
  Parser,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A problem of the YAML itself. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

// The library's own messages quote the text around a mistake, which may be a password: each code gets our words.
const MESSAGES: Record<string, string> = {
  BAD_ALIAS: 'an alias (*name) whose anchor (&name) is not before it; a value that begins with "*" must be in quotes',
  BAD_DIRECTIVE: 'a directive that is not read here; a value that begins with "%" must be in quotes',
  BAD_DQ_ESCAPE: 'an escape that double quotes do not know; use single quotes, or write the backslash twice',
  BAD_INDENT: 'the indentation does not fit: keys of one mapping begin in one column',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value that holds ": ", or ends in ":", must be in quotes',
  DUPLICATE_KEY: 'this key is there twice; keep one of them',
  MISSING_CHAR: 'a closing quote, bracket or colon is missing here or before',
  MULTILINE_IMPLICIT_KEY: 'a key without its colon, or a value that goes on in the next line without quotes',
  MULTIPLE_DOCS: 'a second document (---); a values file holds one registry, so put this into a file of its own',
  NON_STRING_KEY: 'a key that is no text; put it in quotes',
  TAB_AS_INDENT: 'a tab; YAML is indented by spaces',
  TAG_RESOLVE_FAILED: 'a YAML tag (!name) that is not read here; a value that begins with "!" must be in quotes',
};
const OPEN_BRACKET = 'a "[" or "{" that is not closed; a value that begins with one must be in quotes';
const OPEN_QUOTE = 'this quote is not closed, or has text after it; a quote inside is written twice in single quotes';
const MERGE_KEY = 'YAML 1.2, as which this is read, has no merge key (<<); write the keys out';
const OTHER = 'not readable as YAML from here; a value with special characters must be in quotes';

// Errors that leave the rest of the file readable. After any other, what follows is noise.
const LOCAL = ['BAD_ALIAS', 'BAD_DQ_ESCAPE', 'DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'];
// Deeper nesting can exhaust the stack of the YAML library, which Node does not always survive.
const MAX_DEPTH = 100;

/** What is wrong with a document, in the order of the text, without what only follows from something before it. */
export function yamlProblems(document: Document.Parsed): YamlProblem[] {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = errors.findIndex((error) => !LOCAL.includes(error.code));
  const problems = errors.slice(0, first < 0 ? errors.length : first + 1).map((error) => toProblem(error, document));
  if (first < 0) problems.push(...mergeKeysAndAliases(document));
  return problems;
}

function toProblem(error: YAMLError, document: Document.Parsed): YamlProblem {
  const offset = error.pos[0];
  const isQuote = error.code === 'MISSING_CHAR' || error.code === 'UNEXPECTED_TOKEN';
  const quote = isQuote ? openedBefore(offset, document, isQuoted) : undefined;
  if (quote !== undefined) return { offset: quote, message: OPEN_QUOTE };
  const isBracket = error.code === 'BAD_INDENT' && error.message.startsWith('Flow ');
  const bracket = isBracket ? openedBefore(offset, document, isInBrackets) : undefined;
  if (bracket !== undefined) return { offset: bracket, message: OPEN_BRACKET };
  return { offset, message: MESSAGES[error.code] ?? OTHER };
}

/** Where the value begins that an error is at the end of: that is where the mistake is seen. */
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

function mergeKeysAndAliases(document: Document.Parsed): YamlProblem[] {
  const found: YamlProblem[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') found.push({ offset: key.range?.[0] ?? 0, message: MERGE_KEY });
    },
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      found.push({ offset: alias.range?.[0] ?? 0, message: MESSAGES.BAD_ALIAS });
    },
  });
  return found;
}

/** Whether a text is nested so deep that it must not be parsed. Looks level by level: recursion is what breaks. */
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
