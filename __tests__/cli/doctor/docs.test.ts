import * as fs from 'fs';
import * as path from 'path';
import { readPage } from '../../support/code-blocks';
import { REPOSITORY } from '../../support/run-app';

test('docs/doctor.md has every code', () => {
  const folder = path.join(REPOSITORY, 'cli/doctor');
  const sources = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  const codes = sources.flatMap((text) =>
    [...text.matchAll(/\.(?:ok|wrong|unknown)\(\s*'([a-z-]+)'/g)].map(([, code]) => code),
  );
  const { text } = readPage('docs/doctor.md');

  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
