import { goDuration, validateRefreshInterval } from '../../../lib/push-secret/refresh-interval';
import { inShort } from '../../support/errors';

test.each([
  ['1h', '1h0m0s'],
  ['30m', '30m0s'],
  ['90m', '1h30m0s'],
  ['1h30m', '1h30m0s'],
  ['45s', '45s'],
  ['3661s', '1h1m1s'],
  ['24h', '24h0m0s'],
  ['0', '0s'],
  ['0h', '0s'],
])('%s is %s as Go prints it', (text, expected) => {
  expect(validateRefreshInterval(text)).toEqual([]);
  expect(goDuration(text)).toBe(expected);
});

test.each(['', '1d', '1', '1.5h', '-1h', '500ms', '1 h', '1H', '8785h', '99999999999h', 3600, null, '1h\n'])(
  '%p is not a refresh interval',
  (value) => {
    expect(inShort(validateRefreshInterval(value))).toEqual(['malformed']);
  },
);
