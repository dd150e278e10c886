import * as vm from 'vm';
import { adversarialTexts, regularExpressions } from './support/regular-expressions';

// Text that people wrote, or pasted, goes through each of these: none may take time that grows faster than the text.

/** What takes milliseconds may take so long on a busy machine; what grows with the square of the text takes longer. */
const BOUND_MS = 20_000;

const EXPRESSIONS = regularExpressions(['lib', 'values']);

/** Runs an expression over a text, everywhere in it; throws when it takes too long. */
function tryOut(expression: RegExp, text: string, timeout = BOUND_MS): void {
  vm.runInNewContext('text.search(expression)', { text, expression }, { timeout });
}

test('they are found', () => {
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
