const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** One of the five fields of a schedule. */
export interface CronField {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names for the numbers, beginning with `min`. */
  readonly names: readonly string[];
}

/**
 * The five fields, as the CronJob controller reads them. Unlike in crontab, Sunday is only 0, not 7.
 *
 * @see https://github.com/robfig/cron/blob/v3/spec.go
 */
export const CRON_FIELDS: readonly CronField[] = [
  { title: 'minute', min: 0, max: 59, names: [] },
  { title: 'hour', min: 0, max: 23, names: [] },
  { title: 'day of the month', min: 1, max: 31, names: [] },
  { title: 'month', min: 1, max: 12, names: MONTHS },
  { title: 'day of the week', min: 0, max: 6, names: DAYS },
];

/** The values that a field stands for, in order, or nothing if the CronJob controller would refuse it. */
export function expandCronField(text: string, field: CronField): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range, step = '1', ...more] = part.split('/');
    const bounds = rangeOf(range, field, part.includes('/'));
    if (bounds === undefined || more.length > 0 || !/^[0-9]+$/.test(step) || Number(step) === 0) return undefined;
    for (let value = bounds[0]; value <= bounds[1]; value += Number(step)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function rangeOf(text: string, field: CronField, hasStep: boolean): [number, number] | undefined {
  if (text === '*' || text === '?') return [field.min, field.max];
  const [first, last, ...more] = text.split('-').map((value) => valueOf(value, field));
  if (first === undefined || more.length > 0) return undefined;
  if (!text.includes('-')) return [first, hasStep ? field.max : first];
  return last === undefined || last < first ? undefined : [first, last];
}

function valueOf(text: string, field: CronField): number | undefined {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return field.min + named;
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}
