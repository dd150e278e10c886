import * as fs from 'fs';
import * as path from 'path';
import { readPages } from '../support/code-blocks';
import { REPOSITORY } from '../support/run-app';

// People look these up by a name or by the text of an error. They read the other pages from beginning to end.
const LOOKED_UP = ['docs/api.md', 'docs/troubleshooting.md'];

test('no page that people read from beginning to end is longer than 250 lines', () => {
  const long = readPages()
    .map((page) => page.path)
    .filter((page) => fs.readFileSync(path.join(REPOSITORY, page), 'utf8').trimEnd().split('\n').length > 250);

  expect(long.sort()).toEqual(LOOKED_UP);
});
