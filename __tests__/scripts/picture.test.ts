import * as fs from 'fs';
import * as path from 'path';
import { checkPicture } from '../../scripts/picture';
import { REPOSITORY } from '../support/run-app';

test('docs/check.svg is what `npm run generate:picture` makes', async () => {
  expect(await checkPicture()).toBe(fs.readFileSync(path.join(REPOSITORY, 'docs/check.svg'), 'utf8'));
});
