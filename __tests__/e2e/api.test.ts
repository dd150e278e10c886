import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocs } from '../../scripts/api-docs';
import { compileUnderJsii } from '../../scripts/jsii';

test('jsii accepts the library, and docs/api.md is what its docstrings say', () => {
  const docs = readFileSync(join(__dirname, '../../docs/api.md'), 'utf8');
  expect(apiDocs(compileUnderJsii())).toBe(docs);
}, 60_000);
