/**
 * Arguments that cannot be combined. It is shown with the usage, and the exit status is 2. It never repeats the
 * arguments.
 */
export class UsageError extends Error {}
