/** The faults of requests: the first matching rule applies, for its number of times. */
export class FaultRules<Request, Fault> {
  private rules: { matches: (request: Request) => boolean; fault: Fault; left: number }[] = [];

  /** Returns a function that removes this fault. */
  add(matches: (request: Request) => boolean, fault: Fault, times = Infinity): () => void {
    const rule = { matches, fault, left: times };
    this.rules.push(rule);
    return () => (this.rules = this.rules.filter((one) => one !== rule));
  }

  take(request: Request): Fault | undefined {
    const rule = this.rules.find((candidate) => candidate.left > 0 && candidate.matches(request));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    return rule.fault;
  }

  clear(): void {
    this.rules = [];
  }
}
