import { nearest } from '../../lib/nearest';
import { ValuePath, pathText } from '../../lib/validation';
import { FileReport } from '../report/file-report';
import { JsonSchema, schemaAt } from './json-schema';
import { TOKEN_BLOCKS } from '../tokens/token-blocks';

/** Keys that a command writes: nobody means them who types another. */
const SEALED = 'sealed';

/** Reports a key that the schema does not know, with the one that was probably meant. */
export function reportUnknownKey(path: ValuePath, report: FileReport): void {
  const key = String(path[path.length - 1]);
  const parent = path.slice(0, -1);
  const refused = TOKEN_BLOCKS.find((block) => block.key === parent[0])?.refusedKeys;
  if (refused !== undefined && Object.hasOwn(refused, key)) {
    report.unknownKey(path, refused[key], true, path);
    return;
  }
  const known = Object.keys(schemaAt(parent)?.properties ?? {});
  const meant = nearest(key, known);
  if (meant !== undefined) {
    report.unknownKey(path, `this key is not known; ${meant} is`, true, [...parent, meant]);
    return;
  }
  const elsewhere = allKeys(schemaAt([]) ?? {}, []).find((other) => other[other.length - 1] === key);
  if (elsewhere !== undefined) {
    const place = pathText(elsewhere.slice(0, -1)) || 'the top of the file';
    report.unknownKey(path, `this key is not known here; it belongs to ${place}`, true, elsewhere);
    return;
  }
  // What stands for a key may be a stray line of a password.
  const rest = parent.length === 0 ? "; what else PrimeHub's chart takes stays in its own values file" : '';
  report.unknownKey(path, `this key is not known here; known are ${known.join(', ')}${rest}`, false);
}

function allKeys(schema: JsonSchema, path: ValuePath): ValuePath[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
    [...path, key],
    ...(key === SEALED ? [] : allKeys(sub, [...path, key])),
  ]);
}
