import { redact } from '../redact';
import { ValidationError, invalid } from '../validation';

/** The default refresh interval of the External Secrets Operator. */
export const DEFAULT_REFRESH_INTERVAL = '1h';

const DURATION = /^(?:0|(?:[0-9]{1,8}[hms])+)$/;
const PART = /([0-9]{1,8})([hms])/g;
const SECONDS: Record<string, number> = { h: 3600, m: 60, s: 1 };
/** The operator cannot read any of its objects if one has a duration that is too long for Go. */
const MAX_SECONDS = 366 * 24 * 3600;

/** Checks a refresh interval: a Go duration in hours, minutes and whole seconds, or 0. */
export function validateRefreshInterval(value: unknown): ValidationError[] {
  const rule =
    'expected hours, minutes and seconds, like `30m` or `1h30m`, at most a year; `0` reads the store only once';
  if (typeof value === 'string' && DURATION.test(value) && seconds(value) <= MAX_SECONDS) return [];
  return invalid('malformed', `${redact(value)} is not a duration: ${rule}`);
}

/** A duration as Go prints it. The operator writes `30m` back as `30m0s`, which GitOps tools would see as a change. */
export function goDuration(text: string): string {
  const total = seconds(text);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}

function seconds(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * SECONDS[unit];
  return total;
}
