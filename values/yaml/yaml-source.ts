import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ValuePath } from '../../lib/validation';
import { isTooDeep, yamlProblems } from './yaml-problems';

/** Somewhere in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem of the YAML itself. */
export interface SyntaxProblem extends Position {
  readonly message: string;
}

const TOO_DEEP = 'the YAML is nested too deeply for a values file';
const ENDLESS_ALIASES = 'the aliases (*name) expand to too many values: write the values out';

/** A values file as YAML 1.2, with the position of everything in it. */
export class YamlSource {
  /** What the YAML says, as plain JavaScript; undefined where it does not parse. */
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  constructor(private readonly text: string) {
    const tooDeep = isTooDeep(text);
    this.document = parseDocument(tooDeep ? '' : text, {
      version: '1.2',
      lineCounter: this.lines,
      prettyErrors: false,
      stringKeys: true,
      // Compares each key with each other one; yaml-problems.ts looks for keys that are there twice.
      uniqueKeys: false,
      // Tags like !!binary make values that no key here has.
      resolveKnownTags: false,
      // 'silent' would also accept a second document.
      logLevel: 'error',
    });
    const found = yamlProblems(this.document, text);
    this.problems = found.map(({ offset, message }) => ({ ...this.at(offset), message }));
    if (tooDeep) this.problems = [{ line: 1, column: 1, message: TOO_DEEP }];
    if (this.problems.length > 0) return;
    try {
      this.value = this.document.toJS({ maxAliasCount: 100 });
    } catch {
      this.problems = [{ line: 1, column: 1, message: ENDLESS_ALIASES }];
    }
  }

  /** Where the value at a path is; where it is missing, the key that it is missing from. */
  position(path: ValuePath): Position {
    const node = this.node(path);
    if (node?.range) return this.at(node.range[0]);
    return path.length < 2 ? { line: 1, column: 1 } : this.keyPosition(path.slice(0, -1));
  }

  /** Where the key at a path is. */
  keyPosition(path: ValuePath): Position {
    const parent = this.node(path.slice(0, -1));
    const key = path[path.length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (isScalar(pair?.key) && pair.key.range) return this.at(pair.key.range[0]);
    }
    return this.position(path);
  }

  /** A scalar as it is written in the file. */
  written(path: ValuePath): string | undefined {
    const node = this.node(path);
    return isScalar(node) ? node.source : undefined;
  }

  /** The character that took a part of an unquoted value away: `&` at its beginning, ` #` before its end. */
  cutBy(path: ValuePath): '&' | '#' | undefined {
    const node = this.node(path);
    if (!isScalar(node) || !node.range) return undefined;
    if (node.anchor !== undefined) return '&';
    const restOfLine = this.text.slice(node.range[1]).split('\n', 1)[0];
    return node.type === 'PLAIN' && /^\s+#/.test(restOfLine) ? '#' : undefined;
  }

  private node(path: ValuePath): Node | undefined {
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
}

/** What is at a path of a parsed value. */
export function valueAt(value: unknown, path: ValuePath): unknown {
  let here = value;
  for (const part of path) here = (here as Record<string | number, unknown> | null | undefined)?.[part];
  return here;
}
