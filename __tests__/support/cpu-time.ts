/** So many seconds of the processor the largest input may take. It takes well under one; a square of its size, minutes. */
export const MOST_SECONDS = 20;

/** What something makes, and the seconds of the processor that it takes: a busy machine makes them hardly more. */
export function timed<T>(run: () => T): { made: T; seconds: number } {
  const before = process.cpuUsage();
  const made = run();
  const { user, system } = process.cpuUsage(before);
  return { made, seconds: (user + system) / 1e6 };
}
