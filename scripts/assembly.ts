import * as fs from 'fs';
import * as path from 'path';
import type { Assembly } from '@jsii/spec';

/** jsii's description of the API, from the last `npm run build`. */
export function readAssembly(): Assembly {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '../.jsii'), 'utf8')) as Assembly;
}
