import { PushTarget } from '../../../lib';

test('a repository', () => {
  expect(PushTarget.repository('team/notebooks')).toMatchObject({ path: 'team/notebooks', isPrefix: false });
});

test('a prefix, which may be the top of the registry', () => {
  expect(PushTarget.prefix('team')).toMatchObject({ path: 'team', isPrefix: true });
  expect(PushTarget.prefix('')).toMatchObject({ path: '', isPrefix: true });
});

test.each<[string, () => PushTarget, string]>([
  ['a tag', () => PushTarget.repository('team/notebooks:v1'), '"team/notebooks:v1" is no repository path: '],
  ['nothing', () => PushTarget.repository(''), '"" is no repository path: '],
  ['a slash at its end', () => PushTarget.prefix('team/'), '"team/" is no repository path: '],
  ['no text', () => PushTarget.repository(undefined as unknown as string), 'undefined is no repository path: '],
  ['a number', () => PushTarget.prefix(7 as unknown as string), '7 is no repository path: '],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(`Invalid PushTarget:\n  - path: ${message}`);
});

test('the error says what would be right', () => {
  expect(() => PushTarget.repository('https://Team/notebooks:v1')).toThrow('; `team/notebooks` would be right');
});
