import * as fs from 'fs';
import * as path from 'path';
import type { Assembly } from '@jsii/spec';

/** jsii's description of the API, as the last `npm run build` left it. */
export function readAssembly(): Assembly {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '../.jsii'), 'utf8')) as Assembly;
}
