import * as vm from 'vm';
import { adversarialTexts, regularExpressions } from './support/regular-expressions';

// These expressions read text that people wrote or pasted. Their time must not grow faster than the text.

/** The limit on a busy machine for what usually takes milliseconds. Quadratic time takes longer. */
const BOUND_MS = 20_000;

const EXPRESSIONS = regularExpressions(['lib', 'values']);

/** Finds all matches of an expression in a text. Throws an error if it takes too long. */
function tryOut(expression: RegExp, text: string, timeout = BOUND_MS): void {
  vm.runInNewContext('text.search(expression)', { text, expression }, { timeout });
}

test('the expressions are found', () => {
  expect(EXPRESSIONS.length).toBeGreaterThan(60);
});

test.each([/(a+)+$/, /^[0-9]+\.[0-9]+[0-9.]*(?:-[a-z0-9.]+)?$/, /\s+$/])(
  'a slow one is found out: %s',
  (expression) => {
    expect(() => {
      for (const text of adversarialTexts(expression)) tryOut(expression, text, 1000);
    }).toThrow('timed out');
  },
);

test.each(EXPRESSIONS)(
  '$place is quick',
  ({ expression }) => {
    for (const text of adversarialTexts(expression)) tryOut(expression, text);
  },
  10 * BOUND_MS,
);
