/** Random choices that are the same in every run. */
export class Random {
  constructor(private state: number) {}

  /** A number from 0 to below 1, by the algorithm mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer from 0 to below the bound. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Joins random pieces, up to a number of them. */
  text(pieces: readonly string[], most: number): string {
    return Array.from({ length: 1 + this.below(most) }, () => this.pick(pieces)).join('');
  }
}
