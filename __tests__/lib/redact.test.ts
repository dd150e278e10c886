import { credentialsIn, redact } from '../../lib/redact';

const HIDDEN = 'this value (not shown, as it may contain a credential)';

test.each([
  ['My_Secret', '"My_Secret"'],
  ['docker.io/Team/MyNotebook2024', '"docker.io/Team/MyNotebook2024"'],
  ['docker.io/team/notebooks:v1.39.3', '"docker.io/team/notebooks:v1.39.3"'],
  [
    `docker.io/team/notebooks@sha256:${'0a1b'.repeat(16)}`.slice(0, 60),
    '"docker.io/team/notebooks@sha256:0a1b0a1b0a1b0a1b0a1b0a1b0a1b"',
  ],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', '"123456789012.dkr.ecr.eu-west-1.amazonaws.com"'],
  ['arn:aws:iam::123456789012:role/ecr-push', '"arn:aws:iam::123456789012:role/ecr-push"'],
  ['harbor.example.com:99999', '"harbor.example.com:99999"'],
  ['registry:5000/team', '"registry:5000/team"'],
  ['notebooks:v1', '"notebooks:v1"'],
  ['notebooks:1.39.3-debian', '"notebooks:1.39.3-debian"'],
  ['notebooks:latest', '"notebooks:latest"'],
  ['http:/gcr.io', '"http:/gcr.io"'],
  ['* */4 * * *', '"* */4 * * *"'],
  ['two\nlines', '"two\\nlines"'],
  ['x'.repeat(200), `"${'x'.repeat(117)}..."`],
  ['', '""'],
  [5, '5'],
  [true, 'true'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{ password: 'secret' }, 'an object'],
  [['secret'], 'a list'],
])('%j is shown as %s', (value, text) => {
  expect(redact(value)).toBe(text);
});

test.each([
  'user:pass@docker.io/team',
  'https://user:pa/ss@wo@rd@docker.io/team',
  'u:hunter2-Secret9',
  'user:123456',
  'user:v3ryS3cret',
  'dckr_pat_abc',
  'ghp_abc',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJSUzI1NiJ9.e30.x',
  'Zq7xR4nd0mPaS5wLwP',
  'docker.io/team/3f9a8b2c1d4e5f6a7b8c',
  'Summer2024!',
  '{"private_key": "1"}',
])('%s is not shown', (value) => {
  expect(redact(value)).toBe(HIDDEN);
});

test('finds the part that may be a credential inside a longer text', () => {
  expect(credentialsIn('https://user:secret@docker.io/team')).toEqual(['user:secret', 'secret']);
  expect(credentialsIn('user:secret')).toEqual(['user:secret', 'secret']);
});
