import { z } from 'zod';
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

/** The JSON Schema of values files, which editors use for completion. */
export function valuesJsonSchema(): JsonSchema {
  generated ??= z.toJSONSchema(valuesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  return generated;
}

let generated: JsonSchema | undefined;

/** The part of the schema for a path, or nothing if the schema does not have this key. */
export function schemaAt(path: ValuePath): JsonSchema | undefined {
  let here: JsonSchema | undefined = valuesJsonSchema();
  for (const part of path) {
    if (typeof part === 'number') here = here?.items ?? here?.anyOf?.find((option) => option.items)?.items;
    else if (Object.hasOwn(here?.properties ?? {}, part)) here = here?.properties?.[part];
    else here = here?.additionalProperties || undefined;
  }
  return here;
}
