/** The limit for the largest input, in seconds of the processor. Linear time needs less than one, quadratic minutes. */
export const MOST_SECONDS = 20;

/** The result of a function, and the processor time that it took, which a busy machine hardly changes. */
export function timed<T>(run: () => T): { made: T; seconds: number } {
  const before = process.cpuUsage();
  const made = run();
  const { user, system } = process.cpuUsage(before);
  return { made, seconds: (user + system) / 1e6 };
}
