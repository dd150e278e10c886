/**
 * Arguments that cannot be combined. It is shown with the usage, and the exit status is 2. It never repeats the
 * arguments.
 */
export class UsageError extends Error {}

/** Refuses a folder without a name, which an empty variable leaves. */
export function refuseEmptyFolder(folder: string): void {
  if (folder === '') throw new UsageError('the name of the folder is empty: check the variable that it comes from');
}
