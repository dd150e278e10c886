import * as fs from 'fs';
import * as path from 'path';
import { valuesJsonSchema } from '../values/json-schema';

// Writes values/values.schema.json, which the values files name in their first line.
const file = path.join(__dirname, '../values/values.schema.json');
fs.writeFileSync(file, `${JSON.stringify(valuesJsonSchema(), null, 2)}\n`);
