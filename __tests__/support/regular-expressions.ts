import * as fs from 'fs';
import * as path from 'path';
import { AST, RegExpParser } from '@eslint-community/regexpp';
import * as ts from 'typescript';
import { REPOSITORY } from './run-app';

/** A regular expression of our sources. */
export interface SourceExpression {
  readonly place: string;
  readonly expression: RegExp;
}

/** Every regular expression in the TypeScript files of some folders: literals, and the arguments of `new RegExp`. */
export function regularExpressions(folders: readonly string[]): SourceExpression[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .flatMap((file) => inFile(path.join(folder, file))),
  );
}

function inFile(file: string): SourceExpression[] {
  const text = fs.readFileSync(path.join(REPOSITORY, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: SourceExpression[] = [];
  const look = (node: ts.Node): void => {
    const expression = expressionOf(node, source);
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if (expression !== undefined) found.push({ place: `${file}:${line} ${expression}`, expression });
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

function expressionOf(node: ts.Node, source: ts.SourceFile): RegExp | undefined {
  if (ts.isRegularExpressionLiteral(node)) {
    const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(node.text)!;
    return new RegExp(pattern, flags);
  }
  if (!ts.isNewExpression(node) || node.expression.getText(source) !== 'RegExp') return undefined;
  const [pattern] = node.arguments!;
  if (ts.isStringLiteralLike(pattern)) return new RegExp(pattern.text);
  if (!ts.isTemplateExpression(pattern)) throw new Error(`${source.fileName}: a pattern that cannot be read here`);
  // Only lists of words are interpolated.
  return new RegExp(pattern.head.text + pattern.templateSpans.map(({ literal }) => `aws${literal.text}`).join(''));
}

/** The length of a text with which quadratic time takes minutes. */
const LENGTH = 256 * 1024;
/** A character that matches nothing, so that every way to match is tried. */
const ENDS = ['!\u0000', '\n\u0000'];

/**
 * Long texts that may be slow for an expression. For each part with an unlimited repetition: the text before it, many
 * repetitions of the part, and then a character that does not match.
 */
export function adversarialTexts({ source, flags }: RegExp): string[] {
  const unicode = flags.includes('u');
  const pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode });
  const texts = new Set<string>();
  for (const { before, part } of endless(pattern.alternatives, '')) {
    for (const piece of part) {
      for (const end of ENDS) texts.add(before + piece.repeat(Math.ceil(LENGTH / piece.length)) + end);
    }
  }
  for (const piece of ['a', '0', ' ', '\n', '/', '-', '.', 'a.', '0.', 'a/']) {
    texts.add(piece.repeat(LENGTH / piece.length) + ENDS[0]);
  }
  return [...texts];
}

interface Endless {
  readonly before: string;
  readonly part: readonly string[];
}

function endless(alternatives: readonly AST.Alternative[], start: string): Endless[] {
  return alternatives.flatMap(({ elements }) => {
    const found: Endless[] = [];
    let before = start;
    for (const element of elements) {
      const inner = element.type === 'Quantifier' ? element.element : element;
      if (element.type === 'Quantifier' && element.max > 100) {
        const samples = [...new Set([sample(inner, 0), sample(inner, 1)])].filter((text) => text !== '');
        found.push({ before, part: samples });
        // Also with one repetition before it: `1.` before the ones of a number.
        found.push({ before: before + (samples[0] ?? ''), part: samples });
      }
      if ('alternatives' in inner) found.push(...endless(inner.alternatives, before));
      before += sample(element, 0);
    }
    return found;
  });
}

/** A text that matches a part of an expression. If the part has alternatives, the number selects one. */
function sample(element: AST.Element, choice: number): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterSet':
      return setSample(element);
    case 'CharacterClass':
      return classSample(element, choice);
    case 'Quantifier':
      return sample(element.element, choice).repeat(Math.min(Math.max(element.min, 1), 40));
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives[choice % element.alternatives.length].elements
        .map((one) => sample(one, choice))
        .join('');
    case 'Assertion':
    case 'Backreference':
    case 'ExpressionCharacterClass':
      return '';
  }
}

function setSample({ kind, negate }: { readonly kind: string; readonly negate?: boolean }): string {
  if (kind === 'digit') return negate === true ? 'a' : '1';
  return kind === 'space' && negate !== true ? ' ' : 'a';
}

function classSample({ elements, negate }: AST.CharacterClass, choice: number): string {
  if (negate) return choice === 0 ? 'a' : '.';
  const element = elements[choice === 0 ? 0 : elements.length - 1];
  if (element === undefined) return '';
  if (element.type === 'CharacterClassRange') return String.fromCodePoint(element.min.value);
  return element.type === 'Character' || element.type === 'CharacterSet' ? sample(element, choice) : 'a';
}
