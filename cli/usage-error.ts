/**
 * Arguments that cannot be combined. It is shown with the usage, and the exit status is 2. It never repeats the
 * arguments.
 */
export class UsageError extends Error {}

/** Refuses an argument that is empty, as an empty variable leaves it. */
export function refuseEmpty(name: string, value: string | undefined): void {
  if (value === '') throw new UsageError(`${name} is empty: check the variable that it comes from`);
}
