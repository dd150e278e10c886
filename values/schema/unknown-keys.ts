import { nearest } from '../../lib/nearest';
import { credentialsIn } from '../../lib/redact';
import { ValuePath, pathText } from '../../lib/validation';
import { FileReport } from '../report/file-report';
import { JsonSchema, schemaAt } from './json-schema';
import { keyOfExistingSecret, keyOfOtherChart } from './other-charts';
import { TOKEN_BLOCKS } from '../tokens/token-blocks';
import { valueAt } from '../yaml/yaml-source';

/** A key that only the command writes, so a misspelt key is never meant to be one inside it. */
const SEALED = 'sealed';
const PASSWORD = 'registryPassword';
/** `pushRepos` is a typing error. More letters after a known key may be a password. */
const LONGEST_ENDING = 2;

/**
 * Reports an unknown key, with the one that was probably meant. That one must not be set already, and must belong to
 * the same mapping, or to one a level above or below.
 *
 * @param value the content of the file
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
  const cut = withoutColon(key, [...known, ...loginKeys()]);
  if (cut !== undefined) {
    report.hide(key.slice(cut.length + 1));
    report.unknownKey(path, `a space is missing after the colon: \`${cut}: ...\``, false, [...parent, cut]);
    return;
  }
  const isShown = isHarmless(key, [...known, ...loginKeys()]);
  const isFree = (place: ValuePath) => valueAt(value, place) === undefined;
  const meant = nearest(
    key,
    known.filter((name) => isFree([...parent, name])),
  );
  if (meant !== undefined) {
    if (meant === PASSWORD) report.hide(valueAt(value, path));
    report.unknownKey(path, `unknown key: did you mean ${meant}?`, isShown, [...parent, meant]);
    return;
  }
  const elsewhere = allKeys(schemaAt([]) ?? {}, []).find(
    (place) => place[place.length - 1] === key && isNear(place, path) && isFree(place),
  );
  if (elsewhere !== undefined) {
    if (key === PASSWORD) report.hide(valueAt(value, path));
    const place = pathText(elsewhere.slice(0, -1)) || 'the top level of the file';
    report.unknownKey(path, `this key does not belong here: move it to ${place}`, true, elsewhere);
    return;
  }
  const rest = parent.length === 0 ? ". Other settings of PrimeHub's chart stay in its own values file" : '';
  report.unknownKey(path, `unknown key: the keys allowed here are ${known.join(', ')}${rest}`, isShown);
}

/** Whether a key may be meant in another place: a level above or below, or as a key of another section of the file. */
function isNear(place: ValuePath, path: ValuePath): boolean {
  if (place.length <= 2 && path.length <= 2) return true;
  return Math.abs(place.length - path.length) <= 1 && place[0] === path[0];
}

/** The keys of `customImage`, which people also write in other places. */
function loginKeys(): string[] {
  return Object.keys(schemaAt(['customImage'])?.properties ?? {});
}

/** The known key before a colon or an equals sign without a space after it. The rest of the text is its value. */
function withoutColon(text: string, known: readonly string[]): string | undefined {
  return known.find((key) => text.startsWith(key) && /[:=]/.test(text.charAt(key.length)));
}

/** Whether a key cannot contain a part of a password, such as a stray line of one or the value of a known key. */
function isHarmless(key: string, known: readonly string[]): boolean {
  const begun = known.filter((name) => key.toLowerCase().startsWith(name.toLowerCase())).map((name) => name.length);
  const ending = begun.length === 0 ? 0 : key.length - Math.max(...begun);
  return /^[A-Za-z]{1,40}$/.test(key) && ending <= LONGEST_ENDING && credentialsIn(key).length === 0;
}

/** The message for a key that belongs to another chart or names an existing Secret. */
function otherMeaning(parent: ValuePath, key: string): string | undefined {
  if (parent.length === 0) return keyOfOtherChart(key);
  return pathText(parent) === 'customImage.registryPasswordFrom' ? keyOfExistingSecret(key) : undefined;
}

function allKeys(schema: JsonSchema, path: ValuePath): ValuePath[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
    [...path, key],
    ...(key === SEALED ? [] : allKeys(sub, [...path, key])),
  ]);
}
