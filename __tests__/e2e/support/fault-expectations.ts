import type { Case, FaultTable, Verdict } from './fault-table';

/** The expected result of a run with the fault, in one try by default. The last line of the log must match. */
export interface Outcome {
  readonly condition?: 'Complete' | 'Failed';
  readonly tries?: number;
  readonly secret: readonly Verdict[];
  readonly line: RegExp;
}

/** A table for `test.each`. */
export type Expected = [name: string, outcome: Outcome, fault: Case[1]][];

export function casesOf(expected: Expected): Case[] {
  return expected.map(([name, , fault]): Case => [name, fault]);
}

/** Also expects that the next run repaired all namespaces. */
export function expectRow(table: FaultTable, name: string, outcome: Outcome): void {
  const { condition, tries, secret, line, healed, again } = table.row(name);
  expect({ condition, tries, secret, line, healed, again }).toEqual({
    condition: outcome.condition ?? 'Failed',
    tries: outcome.tries ?? 1,
    secret: outcome.secret,
    line: expect.stringMatching(outcome.line) as string,
    healed: secret.map(() => 'new'),
    again: 'Complete',
  });
}
