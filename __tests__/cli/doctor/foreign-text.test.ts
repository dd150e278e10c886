import { foreignText, lastLine, withoutSecrets } from '../../../cli/doctor/foreign-text';

// A text of another program, and what is shown of it.
test.each([
  ['nothing secret in it', 'nothing secret in it'],
  ['two\nlines\u2028and \u001b[31mcolour', 'two lines and [31mcolour'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [...]'],
  ['https://user:pass@proxy:3128/x', 'https://[...]@proxy:3128/x'],
  ['DOCKER_PASSWORD=abc --docker-password="x y"', 'DOCKER_PASSWORD=[...] --docker-password="[...] y"'],
  ['{"auths":{"a":{"auth":"dTpw"}}}', '{"auths":{"a":{"auth":"[...]"}}}'],
  ['token eyJhbGciOiJSUzI1NiJ9.e30.abc.', 'token [...].'],
  ['dckr_pat_abc-def ghp_abcdef', '[...] [...]'],
  [`aws ${'A1b2'.repeat(12)} end`, 'aws [...] end'],
  [
    'secrets "aws-registry" is forbidden: User "system:serviceaccount:hub:ecr-token" cannot get resource "secrets"',
    'secrets "aws-registry" is forbidden: User "system:serviceaccount:hub:ecr-token" cannot get resource "secrets"',
  ],
  [
    'unable to retrieve auth token: invalid username/password',
    'unable to retrieve auth token: invalid username/password',
  ],
  [
    'User: arn:aws:sts::123456789012:assumed-role/push/botocore',
    'User: arn:aws:sts::123456789012:assumed-role/push/botocore',
  ],
])('%j', (text, shown) => {
  expect(foreignText(text)).toBe(shown);
});

test('a long text keeps its beginning and its end', () => {
  const shown = foreignText(`first ${'and so on '.repeat(200)}last`);

  expect(shown.length).toBeLessThan(620);
  expect(shown).toMatch(/^first .* \.\.\. .*last$/);
});

test('known secrets are removed, the longest first, but not those that are too short', () => {
  expect(withoutSecrets('hub and hubsecret and hubsecret2', ['hub', 'hubsecret', 'hubsecret2'])).toBe(
    'hub and [...] and [...]',
  );
});

test('the last line that is not empty', () => {
  expect(lastLine('one\ntwo\n\n  \n')).toBe('two');
  expect(lastLine('')).toBe('');
});
