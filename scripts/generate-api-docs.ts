import * as fs from 'fs';
import * as path from 'path';
import { apiDocs } from './api-docs';
import { readAssembly } from './assembly';
import { knownPropsModule } from './known-props';

// Writes the files that are made from jsii's description of the API. A test checks that they are current.
const assembly = readAssembly();
fs.writeFileSync(path.join(__dirname, '../docs/api.md'), apiDocs(assembly));
fs.writeFileSync(path.join(__dirname, '../lib/known-props.ts'), knownPropsModule(assembly));
