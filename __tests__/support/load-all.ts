import * as fs from 'fs';
import { parseAllDocuments } from 'yaml';

/** The objects in a file of YAML documents. */
export function loadAll<T>(file: string): T[] {
  return [...parseAllDocuments(fs.readFileSync(file, 'utf8'))].map((document) => document.toJS() as T);
}
