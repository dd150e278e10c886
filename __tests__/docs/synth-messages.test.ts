import * as fs from 'fs';
import * as path from 'path';
import { REPOSITORY } from '../support/run-app';

test('docs/troubleshooting.md has the messages about the output folder in their own words', () => {
  const code = ['output-folder.ts', 'messages.ts']
    .map((file) => fs.readFileSync(path.join(REPOSITORY, 'synth', file), 'utf8'))
    .join('\n')
    .replace(/\$\{(this\.path|folder)\}/g, 'dist');
  const [, section] = fs.readFileSync(path.join(REPOSITORY, 'docs/troubleshooting.md'), 'utf8').split('\n## Synth\n');
  const messages = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message]) => message);
  expect(messages).toHaveLength(2);
  expect(messages.filter((message) => !code.includes(message))).toEqual([]);
});
