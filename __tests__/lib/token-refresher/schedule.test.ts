import { defaultSchedule, longestGapMinutes, scheduleFaults } from '../../../lib/token-refresher/schedule';
import { staleAfterMinutes } from '../../../lib/token-refresher/alert';

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
])('%s is taken; the longest gap is %d minutes', (schedule, gap) => {
  expect(scheduleFaults(schedule)).toEqual([]);
  expect(longestGapMinutes(schedule)).toBe(gap);
});

test.each([
  ['* */8 * * *', 'does not name its minutes', '`17 */4 * * *`'],
  ['* */3 * * *', 'does not name its minutes', '`17 */3 * * *`'],
  ['*/5 */4 * * *', 'does not name its minutes', '`17 */4 * * *`'],
  ['? */4 * * *', '"? */4 * * *" does not name its minutes', '`17 */4 * * *`'],
  ['0-59 */4 * * *', 'does not name its minutes', '`17 */4 * * *`'],
  ['* * * * *', 'does not name its minutes', '`17 */4 * * *`'],
  ['0-58 * * * *', 'asks AWS 59 times an hour', '`17 */4 * * *`'],
  ['0/12 */4 * * *', 'asks AWS 5 times an hour', '`17 */4 * * *`'],
  ['0 */6 * * *', 'takes up to 12 h:', '`0 */4 * * *`'],
  ['30 */8 * * *', 'takes up to 16 h:', '`30 */4 * * *`'],
  ['0 0 * * *', 'takes up to 48 h:', '`0 */4 * * *`'],
  ['0 0,12 * * *', 'takes up to 24 h:', '`0 */4 * * *`'],
  ['0 6-18 * * *', 'takes up to 13 h:', '`0 */4 * * *`'],
  ['0,30 6,18 * * *', 'takes up to 12 h:', '`0,30 */4 * * *`'],
  ['0 */4 * * 1-5', 'skips days by the day of the week', '`0 */4 * * *`'],
  ['0 */3 1 * *', 'skips days by the day of the month', '`0 */3 * * *`'],
  ['0 */8 */2 JAN MON', 'day of the month and the month and the day of the week', '`0 */4 * * *`'],
  ['@hourly', 'starts every cluster in the same minute', '`17 * * * *`'],
  ['@every 4h', 'starts every cluster in the same minute', '`17 */4 * * *`'],
  ['TZ=Europe/Berlin 0 */4 * * *', 'a time zone has no place', 'UTC'],
  ['CRON_TZ=UTC 0 */4 * * *', 'a time zone has no place', 'UTC'],
  ['0 */4 * *', 'is not the five fields of a schedule', 'minute, hour'],
  ['0 0 */4 * * *', 'is not the five fields of a schedule', 'minute, hour'],
  ['4h', 'is not the five fields of a schedule', 'minute, hour'],
  ['', 'is not the five fields of a schedule', 'minute, hour'],
  ['60 */4 * * *', 'the minute is not what a CronJob takes', '0 to 59'],
  ['0 24 * * *', 'the hour is not what', '0 to 23'],
  ['0 */0 * * *', 'the hour is not what', '0 to 23'],
  ['0 5-1 * * *', 'the hour is not what', '0 to 23'],
  ['0 1,,2 * * *', 'the hour is not what', '0 to 23'],
  ['0 1-2-3 * * *', 'the hour is not what', '0 to 23'],
  ['0 */4/2 * * *', 'the hour is not what', '0 to 23'],
  ['0 */4 0 * *', 'the day of the month is not what', '1 to 31'],
  ['0 */4 * FOO *', 'the month is not what', '1 to 12'],
  ['0 */4 * * 7', 'the day of the week is not what', '0 to 6'],
  ['0 L * * *', 'the hour is not what', '0 to 23'],
  [undefined, 'is no schedule', '`17 */4 * * *`'],
  [4, 'is no schedule', '`17 */4 * * *`'],
])('%j is refused: %s', (schedule, reason, right) => {
  const faults = scheduleFaults(schedule);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(reason);
  expect(faults[0]).toContain(right);
});

test('what an error proposes is right', () => {
  for (const schedule of ['* */8 * * *', '0 */6 * * *', '0,30 6,18 * * *', '0 */8 */2 JAN MON', '@hourly', '@daily']) {
    expect(scheduleFaults(/`([^`]+)`/.exec(scheduleFaults(schedule)[0])![1])).toEqual([]);
  }
});

test('two faults of one schedule are told together', () => {
  expect(scheduleFaults('* */4 * * 1')).toHaveLength(2);
});

describe('the schedule of who names none', () => {
  const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const thousand = (make: (i: number) => string): number[] =>
    Array.from({ length: 1000 }, (_, i) => Number(make(i).split(' ')[0]));
  const names = thousand((i) => defaultSchedule('hub', `team-${i}`, [HOST]));
  const accounts = thousand((i) =>
    defaultSchedule('hub', 'ecr-ecr-token', [HOST.replace('123456789012', `${200_000_000_000 + i}`)]),
  );

  test('is every 4 hours, and without fault', () => {
    expect(defaultSchedule('hub', 'ecr-ecr-token', [HOST])).toMatch(/^[0-9]{1,2} \*\/4 \* \* \*$/);
    expect(names.every((minute) => scheduleFaults(`${minute} */4 * * *`).length === 0)).toBe(true);
  });

  test('is the same every time', () => {
    expect(defaultSchedule('hub', 'ecr-ecr-token', [HOST])).toBe('3 */4 * * *');
    expect(defaultSchedule('hub', 'ecr-ecr-token', [HOST])).not.toBe(defaultSchedule('ml', 'ecr-ecr-token', [HOST]));
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
])('the alert on %s warns after %d minutes, while the token lives', (schedule, minutes) => {
  expect(scheduleFaults(schedule)).toEqual([]);
  expect(staleAfterMinutes(schedule)).toBe(minutes);
  expect(minutes).toBeGreaterThan(longestGapMinutes(schedule));
  expect(minutes).toBeLessThan(12 * 60);
});
