import { Schedule } from '../../../lib';
import { staleAfterMinutes } from '../../../lib/token-refresher/alert';
import { AWS } from '../../../lib/token-refresher/aws/ecr-tokens';
import { defaultSchedule, validateScheduleFor } from '../../../lib/token-refresher/schedule';
import { TokenLife } from '../../../lib/token-refresher/token-cloud';
import { ValidationError } from '../../../lib/validation';
import { inShort, invalidValue } from '../../support/errors';

/** What is wrong with a schedule, by itself or for a cloud. */
function errorsOf(expression: unknown, cloud = AWS): readonly ValidationError[] {
  try {
    return validateScheduleFor(Schedule.cron(expression as string), cloud);
  } catch {
    return invalidValue(() => Schedule.cron(expression as string)).errors;
  }
}

test.each([
  ['17 */4 * * *', 4 * 60],
  ['0 */5 * * *', 5 * 60],
  ['5,35 * * * *', 30],
  ['0,15,30,45 */4 * * *', 195],
  ['0 0-23/3 * * *', 3 * 60],
  ['0 1/3 ? * ?', 3 * 60],
  ['59 0,5,10,15,20 * * *', 5 * 60],
  ['0 0,1,11,12,22,23 * * *', 10 * 60],
  ['7 */4 1-31 JAN-DEC sun-sat', 4 * 60],
  ['7 */4 */1 1-6,7-12 0-6', 4 * 60],
  ['  7   */4 * * * ', 4 * 60],
  ['00 */4 * * *', 4 * 60],
])('%s is accepted, and its longest gap is %d minutes', (schedule, gap) => {
  expect(errorsOf(schedule)).toEqual([]);
  expect(Schedule.cron(schedule).expression).toBe(schedule);
  expect(Schedule.cron(schedule)._longestGapMinutes).toBe(gap);
});

test.each([
  ['* */8 * * *', 'malformed', 'does not choose its minutes', '`17 */4 * * *`'],
  ['* */3 * * *', 'malformed', 'does not choose its minutes', '`17 */3 * * *`'],
  ['*/5 */4 * * *', 'malformed', 'does not choose its minutes', '`17 */4 * * *`'],
  ['? */4 * * *', 'malformed', '"? */4 * * *" does not choose its minutes', '`17 */4 * * *`'],
  ['0-59 */4 * * *', 'malformed', 'does not choose its minutes', '`17 */4 * * *`'],
  ['* * * * *', 'malformed', 'does not choose its minutes', '`17 */4 * * *`'],
  ['0-58 * * * *', 'conflict', 'would ask AWS 59 times an hour', '`17 */4 * * *`'],
  ['0/12 */4 * * *', 'conflict', 'would ask AWS 5 times an hour', '`17 */4 * * *`'],
  ['0 */6 * * *', 'conflict', 'two intervals add up to 12 h:', '`0 */4 * * *`'],
  ['30 */8 * * *', 'conflict', 'two intervals add up to 16 h:', '`30 */4 * * *`'],
  ['0 0 * * *', 'conflict', 'two intervals add up to 48 h:', '`0 */4 * * *`'],
  ['0 0,12 * * *', 'conflict', 'two intervals add up to 24 h:', '`0 */4 * * *`'],
  ['0 6-18 * * *', 'conflict', 'two intervals add up to 13 h:', '`0 */4 * * *`'],
  ['0,30 6,18 * * *', 'conflict', 'two intervals add up to 12 h:', '`0,30 */4 * * *`'],
  ['0 */4 * * 1-5', 'conflict', 'skips days by the day of the week', '`0 */4 * * *`'],
  ['0 */3 1 * *', 'conflict', 'skips days by the day of the month', '`0 */3 * * *`'],
  ['0 */8 */2 JAN MON', 'conflict', 'day of the month and the month and the day of the week', '`0 */4 * * *`'],
  ['@hourly', 'malformed', 'would start every cluster in the same minute', '`17 * * * *`'],
  ['@every 4h', 'malformed', 'would start every cluster in the same minute', '`17 */4 * * *`'],
  ['TZ=Europe/Berlin 0 */4 * * *', 'malformed', 'a schedule cannot contain a time zone', 'UTC'],
  ['CRON_TZ=UTC 0 */4 * * *', 'malformed', 'a schedule cannot contain a time zone', 'UTC'],
  ['0 */4 * *', 'malformed', 'does not have the five fields of a schedule', 'minute, hour'],
  ['0 0 */4 * * *', 'malformed', 'does not have the five fields of a schedule', 'minute, hour'],
  ['4h', 'malformed', 'does not have the five fields of a schedule', 'minute, hour'],
  ['', 'malformed', 'does not have the five fields of a schedule', 'minute, hour'],
  ['60 */4 * * *', 'malformed', 'the minute is not valid in a CronJob', '0 to 59'],
  ['0 24 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 */0 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 5-1 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 1,,2 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 1-2-3 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 */4/2 * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  ['0 */4 0 * *', 'malformed', 'the day of the month is not valid in a CronJob', '1 to 31'],
  ['0 */4 * FOO *', 'malformed', 'the month is not valid in a CronJob', '1 to 12'],
  ['0 */4 * * 7', 'malformed', 'the day of the week is not valid in a CronJob', '0 to 6'],
  ['0 L * * *', 'malformed', 'the hour is not valid in a CronJob', '0 to 23'],
  [undefined, 'wrong-type', 'is not a schedule', '`17 */4 * * *`'],
  [4, 'wrong-type', 'is not a schedule', '`17 */4 * * *`'],
])('%j is refused as %s: %s', (schedule, code, reason, right) => {
  const errors = errorsOf(schedule);
  expect(inShort(errors)).toEqual([code]);
  // The message promises that its proposal is right.
  expect(errors[0].message).toContain(reason);
  expect(errors[0].message).toContain(right);
});

test('there is no Schedule that the CronJob controller refuses, but one may be wrong for a cloud', () => {
  expect(invalidValue(() => Schedule.cron('60 24 * * *')).message.split('\n')).toEqual([
    'Invalid Schedule:',
    '  - "60 24 * * *": the minute is not valid in a CronJob: expected 0 to 59',
    '  - "60 24 * * *": the hour is not valid in a CronJob: expected 0 to 23',
  ]);
  expect(Schedule.cron('* * * * 1')._longestGapMinutes).toBe(1);
});

test('what an error proposes is right', () => {
  for (const schedule of ['* */8 * * *', '0 */6 * * *', '0,30 6,18 * * *', '0 */8 */2 JAN MON', '@hourly', '@daily']) {
    expect(errorsOf(/`([^`]+)`/.exec(errorsOf(schedule)[0].message)![1])).toEqual([]);
  }
});

test('reports two errors of one schedule together', () => {
  expect(inShort(errorsOf('* */4 * * 1'))).toEqual(['malformed', 'conflict']);
  expect(inShort(errorsOf('60 24 * * *'))).toEqual(['malformed', 'malformed']);
});

describe('a token that lives an hour', () => {
  const life: TokenLife = { minutes: 60, inWords: '60 minutes', everyMinutes: 20, mostRunsAnHour: 6 };
  const cloud = { ...AWS, title: 'Cloud', life };

  test.each(['17-59/20 * * * *', '*/20 * * * *', '0,15,30,45 * * * *'])('%s keeps it', (schedule) => {
    expect(errorsOf(schedule, cloud)).toEqual([]);
  });

  test.each([
    ['* * * * *', 'malformed'],
    ['0-9 * * * *', 'conflict'],
    ['0,30 * * * *', 'conflict'],
    ['17 */4 * * *', 'conflict'],
    ['*/20 * * * 1', 'conflict'],
  ])('%s does not: %s, and what is proposed is right', (schedule, code) => {
    const errors = errorsOf(schedule, cloud);
    expect(inShort(errors)).toEqual([code]);
    expect(errorsOf(/`([^`]+)` would be right/.exec(errors[0].message)![1], cloud)).toEqual([]);
  });

  test('has its own default schedule', () => {
    const { expression } = defaultSchedule('hub', 'x-token', ['example.com'], life);
    expect(expression).toMatch(/^[0-9]+-59\/20 \* \* \* \*$/);
    expect(errorsOf(expression, cloud)).toEqual([]);
  });
});

describe('the default schedule', () => {
  const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const defaultOf = (namespace: string, name: string, host = HOST): string =>
    defaultSchedule(namespace, name, [host], AWS.life).expression;
  const thousand = (make: (i: number) => string): number[] =>
    Array.from({ length: 1000 }, (_, i) => Number(make(i).split(' ')[0]));
  const names = thousand((i) => defaultOf('hub', `team-${i}`));
  const accounts = thousand((i) =>
    defaultOf('hub', 'ecr-token', HOST.replace('123456789012', `${200_000_000_000 + i}`)),
  );

  test('is every 4 hours, and without error', () => {
    expect(defaultOf('hub', 'ecr-token')).toMatch(/^[0-9]{1,2} \*\/4 \* \* \*$/);
    expect(names.every((minute) => errorsOf(`${minute} */4 * * *`).length === 0)).toBe(true);
  });

  test('is the same every time', () => {
    expect(defaultOf('hub', 'ecr-token')).toBe('48 */4 * * *');
    expect(defaultOf('hub', 'ecr-token')).not.toBe(defaultOf('ml', 'ecr-token'));
  });

  test.each([
    ['names', names],
    ['accounts, each with a cluster that has the names of the docs', accounts],
  ])('spreads a thousand %s over all the minutes', (_what, minutes) => {
    const counts = Array.from({ length: 60 }, (_, minute) => minutes.filter((other) => other === minute).length);
    expect(Math.min(...counts)).toBeGreaterThan(4);
    expect(Math.max(...counts)).toBeLessThan(40);
  });
});

test.each([
  ['17 */4 * * *', 5 * 60],
  ['5,35 * * * *', 90],
  ['0 */5 * * *', 6 * 60],
  ['0 0,1,11,12,22,23 * * *', 11 * 60],
  ['0,50 0,11,22 * * *', 11 * 60 + 5],
])('the alert on %s warns after %d minutes, while the token is valid', (expression, minutes) => {
  const schedule = Schedule.cron(expression);
  expect(validateScheduleFor(schedule, AWS)).toEqual([]);
  expect(staleAfterMinutes(schedule, AWS.life)).toBe(minutes);
  expect(minutes).toBeGreaterThan(schedule._longestGapMinutes);
  expect(minutes).toBeLessThan(12 * 60);
});
