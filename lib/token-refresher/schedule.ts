import { createHash } from 'crypto';
import { CRON_FIELDS, expandCronField } from './cron-field';
import { TokenCloud, TokenLife } from './token-cloud';
import { redact } from '../redact';
import { validateText } from '../text';
import { ValidationError, invalid, validated } from '../validation';

const HOUR = 60;
const DAY = 24 * HOUR;

/** How long a run with its retries may take, in minutes: until the next run of the default schedule. */
export function jobDeadlineMinutes({ everyMinutes }: TokenLife): number {
  return Math.min(HOUR, everyMinutes);
}

/** How many retries fit into that time. Kubernetes waits 10 s, 20 s and so on before each, up to 10 minutes. */
export function retriesWithin(minutes: number): number {
  let retries = 0;
  for (let wait = 10, spent = wait; spent < minutes * 60; wait = Math.min(2 * wait, 600), spent += wait) retries++;
  return retries;
}

/** The times at which a refresher runs: five cron fields, in UTC. */
export class Schedule {
  /**
   * Makes a schedule from a cron expression, which it reads like the CronJob controller.
   *
   * @param expression minute, hour, day of the month, month, day of the week: `17 0,4,8,12,16,20 * * *`
   * @throws an error if the CronJob controller would refuse it
   */
  static cron(expression: string): Schedule {
    return Schedule._cronFor(expression);
  }

  /** @internal the same; what it proposes in an error is right for tokens of that life */
  static _cronFor(expression: string, life?: TokenLife): Schedule {
    const fields = fieldsOf(expression);
    return validated(
      'Schedule',
      validateCron(expression, fields, life),
      () => new Schedule(expression, fields as number[][]),
    );
  }

  private constructor(
    /** The five fields as they were given. */
    readonly expression: string,
    private readonly fields: readonly number[][],
  ) {}

  /** @internal the longest time between two runs, in minutes */
  get _longestGapMinutes(): number {
    return longestDistance(this.fields, 1);
  }
}

const EXAMPLE_MINUTE = 17;

/** Checks that a schedule leaves no token of that cloud without a second try, and does not ask the cloud too often. */
export function validateScheduleFor(
  { expression }: Schedule,
  { title, life }: Pick<TokenCloud, 'title' | 'life'>,
): ValidationError[] {
  const fields = fieldsOf(expression) as number[][];
  const texts = words(expression);
  const errors: ValidationError[] = [];
  const full = (i: number): boolean => fields[i].length === CRON_FIELDS[i].max - CRON_FIELDS[i].min + 1;
  const unnamed = (life.everyMinutes >= HOUR && /[*?]/.test(texts[0])) || full(0);
  const lasts = `but a token lives ${life.inWords}`;
  const minutes = unnamed ? [[EXAMPLE_MINUTE], ...fields.slice(1)] : fields;
  const kept = longestDistance(minutes, 2) < life.minutes;
  const minute = unnamed ? EXAMPLE_MINUTE : texts[0];
  const right = `\`${kept && !full(1) ? `${minute} ${texts[1]} * * *` : cron(minute, life)}\` would be right`;
  if (unnamed) {
    const message = `${show(expression)} does not choose its minutes, so it would ask ${title} many times an hour: ${right}`;
    errors.push(...invalid('malformed', message));
  }
  if (!unnamed && fields[0].length > life.mostRunsAnHour) {
    const asks = `${show(expression)} would ask ${title} ${fields[0].length} times an hour, ${lasts}`;
    errors.push(...invalid('conflict', `${asks}: \`${cron(EXAMPLE_MINUTE, life)}\` would be right`));
  }
  const partial = [2, 3, 4].filter((i) => !full(i)).map((i) => CRON_FIELDS[i].title);
  if (partial.length > 0) {
    const skips = `${show(expression)} skips days by the ${partial.join(' and the ')}, ${lasts}`;
    errors.push(...invalid('conflict', `${skips}: ${right}`));
  }
  if (!kept && errors.length === 0) {
    const span = timeInWords(longestDistance(fields, 2));
    const message = `${show(expression)} leaves no time for a retry: a token lives ${life.inWords}, and two intervals add up to ${span}: ${right}`;
    errors.push(...invalid('conflict', message));
  }
  return errors;
}

/**
 * The default schedule. It has at least three runs in a token's life, so that two can fail. The minute is derived from
 * the names and the registries, so that many refreshers, in one cluster or in several, do not call the cloud at the
 * same time.
 */
export function defaultSchedule(namespace: string, name: string, hosts: readonly string[], life: TokenLife): Schedule {
  const hash = createHash('sha256')
    .update([`${namespace}/${name}`, ...hosts].join(' '))
    .digest();
  return Schedule.cron(cron(hash.readUInt32BE(0) % HOUR, life));
}

/** The cron expression for a token's life. A minute that is text is the given field. */
function cron(minute: number | string, { everyMinutes }: Pick<TokenLife, 'everyMinutes'>): string {
  if (everyMinutes >= HOUR) return `${minute} */${everyMinutes / HOUR} * * *`;
  const first = typeof minute === 'number' ? minute : EXAMPLE_MINUTE;
  return `${first % everyMinutes}-59/${everyMinutes} * * * *`;
}

/** Shows what looks like a schedule, although `?` beside digits counts as a possible password elsewhere. */
function show(schedule: unknown): string {
  return typeof schedule === 'string' && /^[\s0-9*?/,-]+$/.test(schedule) ? JSON.stringify(schedule) : redact(schedule);
}

function words(expression: string): string[] {
  return expression.split(/\s+/).filter((text) => text !== '');
}

function fieldsOf(expression: unknown): (number[] | undefined)[] {
  if (typeof expression !== 'string') return [];
  return CRON_FIELDS.map((field, i) => expandCronField(words(expression)[i] ?? '', field));
}

/** Lists what the CronJob controller would refuse. */
function validateCron(expression: unknown, fields: readonly unknown[], life?: TokenLife): ValidationError[] {
  const example = cron(EXAMPLE_MINUTE, life ?? { everyMinutes: 4 * HOUR });
  if (typeof expression !== 'string') {
    return invalid('wrong-type', `${show(expression)} is not a schedule: expected one like \`${example}\``);
  }
  const unwritable = validateText('the schedule', expression);
  if (unwritable.length > 0) return unwritable;
  if (/^\s*(CRON_)?TZ=/.test(expression))
    return invalid('malformed', 'a schedule cannot contain a time zone: remove it, and write the hours in UTC');
  if (/^\s*@/.test(expression)) {
    const isHourly = expression.trim() === '@hourly' && (life === undefined || life.minutes > 2 * HOUR);
    const right = isHourly ? `${EXAMPLE_MINUTE} * * * *` : example;
    const descriptor = /@[a-z]*/.exec(expression)![0];
    const message = `${descriptor} would start every cluster in the same minute: choose a minute, like \`${right}\``;
    return invalid('malformed', message);
  }
  if (words(expression).length !== CRON_FIELDS.length) {
    const rule = 'minute, hour, day of the month, month, day of the week';
    return invalid('malformed', `${show(expression)} does not have the five fields of a schedule: ${rule}`);
  }
  return CRON_FIELDS.filter((_, i) => fields[i] === undefined).flatMap(({ title, min, max }) =>
    invalid('malformed', `${show(expression)}: the ${title} is not valid in a CronJob: expected ${min} to ${max}`),
  );
}

/** The longest time between a run and the one `steps` later, in minutes. */
function longestDistance([minutes, hours]: readonly number[][], steps: number): number {
  const ticks = hours.flatMap((hour) => minutes.map((minute) => hour * HOUR + minute));
  return Math.max(...ticks.map((_, i) => distance(ticks, i, steps)));
}

/** The minutes between a tick and the one `steps` later, which may be on another day. */
function distance(ticks: number[], i: number, steps: number): number {
  const days = Math.floor((i + steps) / ticks.length);
  return ticks[(i + steps) % ticks.length] + days * DAY - ticks[i];
}

function timeInWords(minutes: number): string {
  const rest = minutes % HOUR;
  return `${Math.floor(minutes / HOUR)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
