import * as fs from 'fs';
import * as path from 'path';
import { FileReport } from '../../../values/report/file-report';
import { Finding, Findings } from '../../../values/report/findings';
import { REPOSITORY } from '../../support/run-app';
import { readValues, ValuesFiles } from './values-folder';

/** Each exact sentence, and the values files or the function that causes it. */
export type Sentences = readonly (readonly [sentence: string, of: ValuesFiles | (() => readonly Finding[])])[];

/**
 * Tests that each sentence is reported, and that each finding in the sources has a row.
 *
 * @param sources the files below `values/` that contain the sentences
 */
export function testSentences(sources: readonly string[], rows: Sentences): void {
  const told = new Set<string>();
  beforeAll(() => {
    noteCalls(FileReport.prototype, ['problem', 'warning', 'note', 'unknownKey'], told);
    noteCalls(Findings.prototype, ['fileProblem', 'fileNote'], told);
  });

  test.each(rows)('%s', (sentence, of) => {
    expect(messages(of)).toContain(sentence);
  });

  test('each finding in the sources has a sentence here', () => {
    for (const [, of] of rows) messages(of);
    const places = sources.flatMap((file) =>
      fs
        .readFileSync(path.join(REPOSITORY, 'values', file), 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          /\.(?:problem|warning|note|unknownKey|fileProblem|fileNote)\(/.test(line) ? [i + 1] : [],
        )
        .map((line) => `values/${file}:${line}`),
    );
    expect(places.filter((place) => !told.has(place))).toEqual([]);
  });
}

function messages(of: Sentences[number][1]): string[] {
  const findings = typeof of === 'function' ? of() : Object.values(readValues(of).findings).flat();
  return (findings as readonly Finding[])
    .flatMap(({ message }) => message?.split('\n  ') ?? [])
    .map((message) => message.replace(/\S*\/registries\b/g, 'registries'));
}

/** Records which lines of `values/` call these methods. */
function noteCalls(prototype: object, names: readonly string[], told: Set<string>): void {
  const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const real = methods[name];
    methods[name] = function (this: unknown, ...args) {
      const place = /(?<!__tests__)\/(values\/(?!report\/)[\w/-]+\.ts:\d+)/.exec(new Error().stack ?? '');
      told.add(place?.[1] ?? '');
      return real.apply(this, args);
    };
  }
}
