import { PushTarget } from '../../../lib';
import { errorsOf, invalidValue } from '../../support/errors';

test('a repository', () => {
  expect(PushTarget.repository('team/notebooks')).toMatchObject({ path: 'team/notebooks', isPrefix: false });
});

test('a prefix, which may be the top of the registry', () => {
  expect(PushTarget.prefix('team')).toMatchObject({ path: 'team', isPrefix: true });
  expect(PushTarget.prefix('')).toMatchObject({ path: '', isPrefix: true });
});

test.each<[string, () => PushTarget]>([
  ['a tag', () => PushTarget.repository('team/notebooks:v1')],
  ['nothing', () => PushTarget.repository('')],
  ['a slash at its end', () => PushTarget.prefix('team/')],
  ['no text', () => PushTarget.repository(undefined as unknown as string)],
  ['a number', () => PushTarget.prefix(7 as unknown as string)],
])('%s is an error', (_, make) => {
  expect(errorsOf(make)).toEqual(['path malformed']);
});

test('the error proposes the right path', () => {
  const { message } = invalidValue(() => PushTarget.repository('https://Team/notebooks:v1'));
  expect(message).toMatch(/; `team\/notebooks` would be right$/);
});
