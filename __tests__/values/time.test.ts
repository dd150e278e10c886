import { MOST_SECONDS, timed } from '../support/cpu-time';
import { LARGE_FILES } from './support/large-files';
import { found, readValues } from './support/values-folder';

/** A hundred findings of a file, and one more that says that there may be others. */
const MOST = 101;

test.each(Object.entries(LARGE_FILES))(
  'a file of 128 KiB is read quickly: %s',
  (_, text) => {
    expect(Buffer.byteLength(text)).toBeGreaterThan(100 * 1024);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(128 * 1024);
    const { made, seconds } = timed(() => readValues(text));
    expect(seconds).toBeLessThan(MOST_SECONDS);
    const { findings, problems } = made;
    for (const list of [findings.problems, findings.warnings, findings.notes])
      expect(list.length).toBeLessThanOrEqual(MOST);
    expect(problems.length).toBeLessThan(40_000);
  },
  600_000,
);

test('a larger file is not read', () => {
  expect(found(`#${' '.repeat(128 * 1024)}\n`)).toEqual(['file']);
});

test('the number of findings is limited, and the last one says that there may be more', () => {
  const { findings } = readValues(LARGE_FILES['wrong namespaces']);
  expect(findings.problems).toHaveLength(100);
  expect(findings.problems[99]).toMatchObject({ code: 'file' });
});
