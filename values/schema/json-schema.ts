import * as z from 'zod';
import schema from '../../values.schema.json';
import { valuesSchema } from './schema';
import { ValuePath } from '../../lib/validation';

/** As much of a JSON Schema as ours has. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Record<string, JsonSchema>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** The JSON Schema of the values files, which editors complete from: what values.schema.json has. */
export function valuesJsonSchema(): JsonSchema {
  return z.toJSONSchema(valuesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

// Read from the file: to make it anew takes longer than to check a file.
const SCHEMA = schema as unknown as JsonSchema;

/** The part of the schema that describes what is at a path; nothing where the schema knows no such key. */
export function schemaAt(path: ValuePath): JsonSchema | undefined {
  let here: JsonSchema | undefined = SCHEMA;
  for (const part of path) {
    if (typeof part === 'number') here = here?.items ?? here?.anyOf?.find((option) => option.items)?.items;
    else if (Object.hasOwn(here?.properties ?? {}, part)) here = here?.properties?.[part];
    else here = here?.additionalProperties || undefined;
  }
  return here;
}
