/** No misspelt name is longer than this, and the time grows with the square of the length. */
const LONGEST_SLIP = 60;

/**
 * The known name that was probably meant, compared as a whole and by its last words: `pasword` for `registryPassword`.
 *
 * @returns nothing if none is near
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_SLIP) return undefined;
  // Names of up to three letters differ by one letter without being typing errors: gpu and cpu.
  if (name.length < 4) return known.find((other) => other.toLowerCase() === name.toLowerCase());
  const far = (words: string) => distance(words.toLowerCase(), name.toLowerCase());
  const [closest] = known
    .flatMap((other) => [
      { other, far: far(other), most: Math.ceil(name.length / 3) },
      // The last words of a name are short and near to many others, so allow one change only: usage is not image.
      { other, far: far(other.replace(/^[a-z]+(?=[A-Z])/, '')), most: 1 },
    ])
    .filter((one) => one.far <= one.most)
    .sort((a, b) => a.far - b.far);
  return closest?.other;
}

/** How many letters must be added, removed or replaced to turn one text into the other (Levenshtein distance). */
function distance(from: string, to: string): number {
  // The distance from the part of `from` that was read to each beginning of `to`.
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      next.push(Math.min(row[j] + (from[i] === to[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
