import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ValuePath } from '../../lib/validation';
import { isTooDeep, yamlProblems } from './yaml-problems';

/** A place in a file. Line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An error in the YAML syntax. */
export interface SyntaxProblem extends Position {
  readonly message: string;
}

const TOO_DEEP = 'the YAML is nested too deeply for a values file';
const ENDLESS_ALIASES = 'the aliases (*name) expand to too many values: write the values out';

/** A values file as YAML 1.2, with the position of everything in it. */
export class YamlSource {
  /** The content as plain JavaScript, or undefined if the YAML is not valid. */
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  private parsed?: Parsed;

  constructor(private readonly text: string) {
    if (isTooDeep(text)) {
      this.problems = [{ line: 1, column: 1, message: TOO_DEEP }];
      return;
    }
    const { document } = this.tree;
    const found = yamlProblems(document, text);
    this.problems = found.map(({ offset, message }) => ({ ...this.at(offset), message }));
    if (this.problems.length > 0) return;
    try {
      this.value = document.toJS({ maxAliasCount: 100 });
    } catch {
      this.problems = [{ line: 1, column: 1, message: ENDLESS_ALIASES }];
    }
  }

  /** Frees the parsed tree, which takes fifty times the memory of the text. It is parsed again if it is needed. */
  forgetTree(): void {
    this.parsed = undefined;
  }

  /** The position of the value at a path. If it is missing, the position of the key that should contain it. */
  position(path: ValuePath): Position {
    const node = this.node(path);
    if (node?.range) return this.at(node.range[0]);
    return path.length < 2 ? { line: 1, column: 1 } : this.keyPosition(path.slice(0, -1));
  }

  /** The position of the key at a path. */
  keyPosition(path: ValuePath): Position {
    const parent = this.node(path.slice(0, -1));
    const key = path[path.length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (isScalar(pair?.key) && pair.key.range) return this.at(pair.key.range[0]);
    }
    return this.position(path);
  }

  /** A scalar, exactly as the file has it. */
  written(path: ValuePath): string | undefined {
    const node = this.node(path);
    return isScalar(node) ? node.source : undefined;
  }

  /** The character that cut off a part of an unquoted value: `&` at its beginning, or ` #` inside it. */
  cutBy(path: ValuePath): '&' | '#' | undefined {
    const node = this.node(path);
    if (!isScalar(node) || !node.range) return undefined;
    if (node.anchor !== undefined) return '&';
    const restOfLine = this.text.slice(node.range[1]).split('\n', 1)[0];
    return node.type === 'PLAIN' && /^\s+#/.test(restOfLine) ? '#' : undefined;
  }

  private get tree(): Parsed {
    return (this.parsed ??= parse(this.text));
  }

  private node(path: ValuePath): Node | undefined {
    const { document } = this.tree;
    let node: unknown = document.contents;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(document);
      if (!isMap(node) && !isSeq(node)) return undefined;
      node = node.get(key, true);
    }
    return (node as Node | undefined) ?? undefined;
  }

  private at(offset: number): Position {
    const { line, col } = this.tree.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** A text, parsed by the YAML library. */
interface Parsed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The library compares each key with every other key. yaml-problems.ts finds repeated keys in linear time.
    uniqueKeys: false,
    // No key of a values file takes the values that tags like !!binary make.
    resolveKnownTags: false,
    // With 'silent' the library would accept a second document.
    logLevel: 'error',
  });
  return { document, lines };
}

/** The value at a path of a parsed value. */
export function valueAt(value: unknown, path: ValuePath): unknown {
  let here = value;
  for (const part of path) here = (here as Record<string | number, unknown> | null | undefined)?.[part];
  return here;
}
