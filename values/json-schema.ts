import { z } from 'zod';
import { valuesSchema } from './schema';

/** As much of a JSON Schema as ours has. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
  readonly anyOf?: JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** The JSON Schema of the values files, which editors complete from. */
export function valuesJsonSchema(): JsonSchema {
  return z.toJSONSchema(valuesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
