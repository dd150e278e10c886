/** Arguments that make no sense together: shown with the usage, exit status 2. It never holds what was given. */
export class UsageError extends Error {}
