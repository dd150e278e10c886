import * as fs from 'fs';
import * as path from 'path';
import { apiDocs } from './api-docs';
import { readAssembly } from './assembly';
import { knownPropsModule } from './known-props';

// Writes what is made of jsii's description of the API; a test compares both.
const assembly = readAssembly();
fs.writeFileSync(path.join(__dirname, '../docs/api.md'), apiDocs(assembly));
fs.writeFileSync(path.join(__dirname, '../lib/known-props.ts'), knownPropsModule(assembly));
