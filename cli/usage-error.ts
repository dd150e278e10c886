/**
 * Arguments that cannot be combined. It is shown with the usage, and the exit status is 2. It never repeats the
 * arguments.
 */
export class UsageError extends Error {}

/** Refuses an argument that is empty, as an empty variable leaves it. */
export function refuseEmpty(name: string, value: unknown): void {
  if (value === '') throw new UsageError(`${name} is empty: check the variable that it comes from`);
}

/** Refuses the value of an option that is empty, or that is the next option, as an empty variable without quotes leaves it. */
export function refuseNoValue(option: string, value: unknown): void {
  refuseEmpty(option, value);
  if (typeof value === 'string' && value.startsWith('-')) {
    throw new UsageError(
      `${option} has no value, as the next argument begins with "-": check the variable that it comes from`,
    );
  }
}
