import { createHash } from 'crypto';
import { CRON_FIELDS, expandCronField } from './cron-field';
import { shown as shownValue } from '../redact';

/** What looks like a schedule is shown, though `?` beside digits could be a password elsewhere. */
function shown(schedule: unknown): string {
  return typeof schedule === 'string' && /^[\s0-9*?/,-]+$/.test(schedule)
    ? JSON.stringify(schedule)
    : shownValue(schedule);
}

const DAY = 24 * 60;
/** How long an ECR token lives, in minutes. @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
export const TOKEN_LIFETIME_MINUTES = 12 * 60;

/** How long a run may take with its retries, in minutes. */
export const JOB_DEADLINE_MINUTES = 60;
/** More often than this within an hour is a mistake: a token lives twelve of them. */
const MOST_RUNS_AN_HOUR = 4;

/**
 * Every 4 hours: with three tries in a token's life, two can fail. The minute follows from the names and the registries,
 * so that many refreshers, in one cluster or in many, do not call AWS at once.
 */
export function defaultSchedule(namespace: string, name: string, hosts: readonly string[]): string {
  const minute =
    createHash('sha256')
      .update([`${namespace}/${name}`, ...hosts].join(' '))
      .digest()
      .readUInt32BE(0) % 60;
  return `${minute} */4 * * *`;
}

/** Faults of a schedule: what the CronJob controller would refuse, and what would leave a token without a second try. */
export function scheduleFaults(schedule: unknown): string[] {
  if (typeof schedule !== 'string') return [`${shown(schedule)} is no schedule: like \`17 */4 * * *\``];
  if (/^\s*(CRON_)?TZ=/.test(schedule)) {
    return ['a time zone has no place in it: the hours are UTC'];
  }
  if (/^\s*@/.test(schedule)) {
    const right = schedule.trim() === '@hourly' ? '17 * * * *' : '17 */4 * * *';
    const descriptor = /@[a-z]*/.exec(schedule)![0];
    return [`${descriptor} starts every cluster in the same minute: name a minute, like \`${right}\``];
  }
  const texts = schedule.split(/\s+/).filter((text) => text !== '');
  if (texts.length !== CRON_FIELDS.length) {
    return [
      `${shown(schedule)} is not the five fields of a schedule: minute, hour, day of the month, month, day of the week`,
    ];
  }
  const fields = texts.map((text, i) => expandCronField(text, CRON_FIELDS[i]));
  const malformed = CRON_FIELDS.filter((_, i) => fields[i] === undefined);
  if (malformed.length > 0) {
    return malformed.map(
      ({ title, min, max }) => `${shown(schedule)}: the ${title} is not what a CronJob takes, ${min} to ${max}`,
    );
  }
  return planFaults(schedule, texts, fields as number[][]);
}

function planFaults(schedule: string, texts: string[], fields: number[][]): string[] {
  const faults: string[] = [];
  const full = (i: number): boolean => fields[i].length === CRON_FIELDS[i].max - CRON_FIELDS[i].min + 1;
  const unnamed = /[*?]/.test(texts[0]) || full(0);
  const minutes = unnamed ? '17' : texts[0];
  const kept = spanOf(unnamed ? [[17], fields[1]] : fields) < TOKEN_LIFETIME_MINUTES;
  const right = `\`${minutes} ${kept && !full(1) ? texts[1] : '*/4'} * * *\` would be right`;
  if (unnamed) {
    faults.push(`${shown(schedule)} does not name its minutes, and so asks AWS again and again: ${right}`);
  }
  if (!unnamed && fields[0].length > MOST_RUNS_AN_HOUR) {
    const runs = fields[0].length;
    faults.push(
      `${shown(schedule)} asks AWS ${runs} times an hour, but a token lives 12 hours: \`17 */4 * * *\` would be right`,
    );
  }
  const partial = [2, 3, 4].filter((i) => !full(i)).map((i) => CRON_FIELDS[i].title);
  if (partial.length > 0) {
    faults.push(
      `${shown(schedule)} skips days by the ${partial.join(' and the ')}, but a token lives 12 hours: ${right}`,
    );
  }
  if (!kept && faults.length === 0) {
    faults.push(
      `${shown(schedule)} leaves a token's 12 hours without a second try, from one run to the next but one it takes ` +
        `up to ${hoursOf(spanOf(fields))}: ${right}`,
    );
  }
  return faults;
}

/** The longest time from one run to the next but one, in minutes. */
function spanOf(fields: number[][]): number {
  const ticks = ticksOfDay(fields);
  return Math.max(...ticks.map((_, i) => distance(ticks, i, 2)));
}

/** The longest time between two runs of a schedule without faults, in minutes. */
export function longestGapMinutes(schedule: string): number {
  const ticks = ticksOfDay(
    schedule
      .trim()
      .split(/\s+/)
      .map((text, i) => expandCronField(text, CRON_FIELDS[i])!),
  );
  return Math.max(...ticks.map((_, i) => distance(ticks, i, 1)));
}

function ticksOfDay([minutes, hours]: number[][]): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
}

/** The minutes from one tick to the one `steps` later, which may be on another day. */
function distance(ticks: number[], i: number, steps: number): number {
  const days = Math.floor((i + steps) / ticks.length);
  return ticks[(i + steps) % ticks.length] + days * DAY - ticks[i];
}

function hoursOf(minutes: number): string {
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
