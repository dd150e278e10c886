/** Which requests meet which fault: the first rule that matches, for as many times as it is good for. */
export class FaultRules<Request, Fault> {
  private rules: { matches: (request: Request) => boolean; fault: Fault; left: number }[] = [];

  /** Returns what takes this one fault back. */
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
