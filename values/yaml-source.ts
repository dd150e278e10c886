import { Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLError } from 'yaml';

/** A path of keys and indexes into a values file. */
export type KeyPath = readonly (string | number)[];

/** Somewhere in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem of the YAML itself. */
export interface SyntaxProblem extends Position {
  readonly message: string;
}

// The library's own messages quote the text around a mistake, which may be a password: each code gets our words.
const MESSAGES: Record<string, string> = {
  BAD_ALIAS: 'an alias (*name) whose anchor (&name) is not defined before it; quote the value if the * is part of it',
  BAD_DQ_ESCAPE: 'an escape that double quotes do not know; use single quotes, or \\\\ for a backslash',
  BAD_INDENT: 'the indentation does not fit: keys of one mapping begin in one column',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping where a single value is wanted; a value that holds ": " must be in quotes',
  DUPLICATE_KEY: 'this key is there twice; keep one of them',
  MISSING_CHAR: 'a closing quote, bracket or colon is missing here or before',
  MULTILINE_IMPLICIT_KEY: 'a key without its colon, or a value that goes on in the next line without quotes',
  MULTIPLE_DOCS: 'a second document (---); a values file holds one',
  NON_STRING_KEY: 'a key that is no text; put it in quotes',
  TAB_AS_INDENT: 'a tab; YAML is indented by spaces',
  TAG_RESOLVE_FAILED: 'a YAML tag (!name) that is not read here; a value that begins with "!" must be in quotes',
};

/** A values file as YAML 1.2, with the position of everything in it. */
export class YamlSource {
  /** What the YAML says, as plain JavaScript; undefined where it does not parse. */
  readonly value: unknown;
  readonly problems: SyntaxProblem[] = [];
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  constructor(text: string) {
    this.document = parseDocument(text, {
      version: '1.2',
      lineCounter: this.lines,
      prettyErrors: false,
      stringKeys: true,
      logLevel: 'silent',
    });
    for (const error of [...this.document.errors, ...this.document.warnings]) this.problems.push(this.toProblem(error));
    if (this.problems.length > 0) return;
    try {
      this.value = this.document.toJS({ maxAliasCount: 100 });
    } catch {
      this.problems.push({ line: 1, column: 1, message: 'aliases that expand without end; write the values out' });
    }
  }

  /** Where the value at a path is; where it is missing, where its parent is. */
  position(path: KeyPath): Position {
    for (let length = path.length; length > 0; length--) {
      const node = this.node(path.slice(0, length));
      if (node?.range) return this.at(node.range[0]);
    }
    return { line: 1, column: 1 };
  }

  /** Where the key at a path is. */
  keyPosition(path: KeyPath): Position {
    const parent = this.node(path.slice(0, -1));
    const key = path[path.length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (isScalar(pair?.key) && pair.key.range) return this.at(pair.key.range[0]);
    }
    return this.position(path);
  }

  /** A scalar as it is written in the file. */
  written(path: KeyPath): string | undefined {
    const node = this.node(path);
    return isScalar(node) ? node.source : undefined;
  }

  private node(path: KeyPath): Node | undefined {
    let node: unknown = this.document.contents;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.document);
      if (!isMap(node) && !isSeq(node)) return undefined;
      node = node.get(key, true);
    }
    return (node as Node | undefined) ?? undefined;
  }

  private at(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private toProblem(error: YAMLError): SyntaxProblem {
    const message = MESSAGES[error.code] ?? 'this is not YAML; a value with special characters must be in quotes';
    return { ...this.at(error.pos[0]), message };
  }
}
