import * as fs from 'fs';
import * as path from 'path';
import { apiDocs } from './api-docs';
import { compileUnderJsii } from './jsii';

// Writes docs/api.md, which a test compares with the docstrings.
const file = path.join(__dirname, '../docs/api.md');
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, apiDocs(compileUnderJsii()));
