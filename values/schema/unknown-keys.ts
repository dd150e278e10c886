import { distance } from 'fastest-levenshtein';
import { ValuePath, pathText } from '../../lib/validation';
import { FileReport } from '../report/file-report';
import { JsonSchema, schemaAt } from './json-schema';
import { keyOfExistingSecret, keyOfOtherChart } from './other-charts';
import { TOKEN_BLOCKS } from '../tokens/token-blocks';
import { valueAt } from '../yaml/yaml-source';

/** Keys that a command writes: nobody means them who types another. */
const SEALED = 'sealed';

/**
 * Reports a key that the schema does not know, with the one that was probably meant: none that is there already, and
 * none that is further away than the mapping above or below.
 *
 * @param value what the file says
 */
export function reportUnknownKey(path: ValuePath, value: unknown, report: FileReport): void {
  const key = String(path[path.length - 1]);
  const parent = path.slice(0, -1);
  const refused = TOKEN_BLOCKS.find((block) => block.key === parent[0])?.refusedKeys;
  if (refused !== undefined && Object.hasOwn(refused, key)) {
    report.unknownKey(path, refused[key], true, path);
    return;
  }
  const other = otherMeaning(parent, key);
  if (other !== undefined) {
    report.unknownKey(path, other, true);
    return;
  }
  const known = Object.keys(schemaAt(parent)?.properties ?? {});
  const isFree = (place: ValuePath) => valueAt(value, place) === undefined;
  const meant = nearest(
    key,
    known.filter((name) => isFree([...parent, name])),
  );
  if (meant !== undefined) {
    report.unknownKey(path, `this key is not known; ${meant} is`, true, [...parent, meant]);
    return;
  }
  const elsewhere = allKeys(schemaAt([]) ?? {}, []).find(
    (place) => place[place.length - 1] === key && Math.abs(place.length - path.length) <= 1 && isFree(place),
  );
  if (elsewhere !== undefined) {
    const place = pathText(elsewhere.slice(0, -1)) || 'the top of the file';
    report.unknownKey(path, `this key is not known here; it belongs to ${place}`, true, elsewhere);
    return;
  }
  // What stands for a key may be a stray line of a password.
  const rest = parent.length === 0 ? "; what else PrimeHub's chart takes stays in its own values file" : '';
  report.unknownKey(path, `this key is not known here; known are ${known.join(', ')}${rest}`, false);
}

/** What a key means to another chart, or to people who have a Secret. */
function otherMeaning(parent: ValuePath, key: string): string | undefined {
  if (parent.length === 0) return keyOfOtherChart(key);
  return pathText(parent) === 'customImage.registryPasswordFrom' ? keyOfExistingSecret(key) : undefined;
}

/** The known key that another is a slip of, as a whole or in its last words: `pasword` for `registryPassword`. */
function nearest(key: string, known: readonly string[]): string | undefined {
  // Words of up to three letters are other words with one changed: gpu is no slip of cpu.
  if (key.length < 4) return known.find((name) => name.toLowerCase() === key.toLowerCase());
  const far = (words: string) => distance(words.toLowerCase(), key.toLowerCase());
  const [closest] = known
    .flatMap((name) => [
      { name, far: far(name), most: Math.ceil(key.length / 3) },
      // The last words of a key are short, and near to many others: usage is no slip of image.
      { name, far: far(name.replace(/^[a-z]+(?=[A-Z])/, '')), most: 1 },
    ])
    .filter((one) => one.far <= one.most)
    .sort((a, b) => a.far - b.far);
  return closest?.name;
}

function allKeys(schema: JsonSchema, path: ValuePath): ValuePath[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
    [...path, key],
    ...(key === SEALED ? [] : allKeys(sub, [...path, key])),
  ]);
}
