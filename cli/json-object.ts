import * as fs from 'fs';

/** The object in a JSON file, or an empty one. */
export function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
    return isMapping(read) ? read : {};
  } catch {
    return {};
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
