import * as z from 'zod';
import schema from '../../values.schema.json';
import { valuesSchema } from './schema';
import { ValuePath } from '../../lib/validation';

/** The parts of JSON Schema that our schema uses. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Record<string, JsonSchema>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** The JSON Schema of values files, which editors use for completion. It is the content of values.schema.json. */
export function valuesJsonSchema(): JsonSchema {
  return z.toJSONSchema(valuesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

// Reads the file, as generating the schema takes longer than checking a values file.
const SCHEMA = schema as unknown as JsonSchema;

/** The part of the schema for a path, or nothing if the schema does not have this key. */
export function schemaAt(path: ValuePath): JsonSchema | undefined {
  let here: JsonSchema | undefined = SCHEMA;
  for (const part of path) {
    if (typeof part === 'number') here = here?.items ?? here?.anyOf?.find((option) => option.items)?.items;
    else if (Object.hasOwn(here?.properties ?? {}, part)) here = here?.properties?.[part];
    else here = here?.additionalProperties || undefined;
  }
  return here;
}
