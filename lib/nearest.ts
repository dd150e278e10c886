/** Nobody misspells a name to this length, and the time grows with the square of it. */
const LONGEST_SLIP = 60;

/**
 * The known name that another is a slip of, as a whole or in its last words: `pasword` for `registryPassword`.
 *
 * @returns nothing when none is near
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_SLIP) return undefined;
  // Words of up to three letters are other words with one changed: gpu is no slip of cpu.
  if (name.length < 4) return known.find((other) => other.toLowerCase() === name.toLowerCase());
  const far = (words: string) => distance(words.toLowerCase(), name.toLowerCase());
  const [closest] = known
    .flatMap((other) => [
      { other, far: far(other), most: Math.ceil(name.length / 3) },
      // The last words of a name are short, and near to many others: usage is no slip of image.
      { other, far: far(other.replace(/^[a-z]+(?=[A-Z])/, '')), most: 1 },
    ])
    .filter((one) => one.far <= one.most)
    .sort((a, b) => a.far - b.far);
  return closest?.other;
}

/** How many letters have to be added, removed or replaced to make one text of the other (Levenshtein). */
function distance(from: string, to: string): number {
  // The distances of what was read of `from` to each beginning of `to`.
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
