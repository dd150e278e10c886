import * as fs from 'fs';
import * as path from 'path';
import { valuesJsonSchema } from '../values/schema/json-schema';

// Writes values.schema.json, which the first line of each values file names.
const file = path.join(__dirname, '../values.schema.json');
fs.writeFileSync(file, `${JSON.stringify(valuesJsonSchema(), null, 2)}\n`);
