import { PassThrough } from 'stream';
import { Messages } from '../../synth/messages';
import { OutputFolderError } from '../../synth/output-folder';
import { Findings } from '../../values/report/findings';

/** What is printed, on a terminal or not. */
function printed(say: (messages: Messages) => void, isTTY = false, env: Record<string, string> = {}): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const before = process.env;
  try {
    process.env = { ...before, NO_COLOR: undefined, ...env };
    say(new Messages(stream));
    return String(stream.read() ?? '');
  } finally {
    process.env = before;
  }
}

const findings = new Findings();
findings.problems.push({
  file: 'registries/a.yaml',
  line: 1,
  column: 2,
  key: 'customImage',
  code: 'missing',
  message: 'missing',
});
findings.warnings.push({ file: 'registries/a.yaml', code: 'doubtful', message: 'hardly meant' });
findings.notes.push({ file: 'registries/a.yaml', code: 'to-do', message: 'good to know' });

test('problems, after the warnings', () => {
  expect(printed((messages) => messages.problems(findings))).toBe(
    'Warning: registries/a.yaml\n  hardly meant\n' +
      '1 problem, nothing was written:\nregistries/a.yaml:1:2  customImage\n  missing\n',
  );
});

test('advice', () => {
  expect(printed((messages) => messages.advice(findings))).toBe(
    'Warning: registries/a.yaml\n  hardly meant\nNote: registries/a.yaml\n  good to know\n',
  );
});

const manifests = (name: string, plaintext?: string) => ({ name, plaintext, committed: '', helmValues: '' });

test('what was written and what to do next', () => {
  expect(printed((messages) => messages.written('dist', [manifests('a', 'secret'), manifests('b')]))).toBe(
    'Wrote: dist/ for a and its push Secret, b\n' +
      'Next: kubectl apply -f dist/\n' +
      'If PrimeHub is installed with Helm, also: helm upgrade --reuse-values -f dist/helm/<name>.values.yaml <release> <chart>\n',
  );
});

test('names one registry in the command, counts many, and has no next step for none', () => {
  expect(printed((messages) => messages.written('dist', [manifests('a')]))).toContain('-f dist/helm/a.values.yaml ');
  const many = Array.from({ length: 11 }, (_, i) => manifests(`r${i}`));
  expect(printed((messages) => messages.written('dist', many))).toContain('Wrote: dist/ for 11 registries\n');
  expect(printed((messages) => messages.written('dist', []))).toBe('Wrote: dist/ for no registry\n');
});

test.each([
  ['on a terminal', true, {}, '\u001b[32mChecked:\u001b[39m 1 values file, no problems. Nothing was written.\n'],
  [
    'on a terminal with NO_COLOR',
    true,
    { NO_COLOR: '1' },
    'Checked: 1 values file, no problems. Nothing was written.\n',
  ],
  ['elsewhere', false, {}, 'Checked: 1 values file, no problems. Nothing was written.\n'],
])('colour %s', (_, isTTY, env, expected) => {
  expect(printed((messages) => messages.checked(1), isTTY, env)).toBe(expected);
});

test('a missing password, and what happened to its Secret', () => {
  const missing = { file: 'registries/a.yaml', name: 'a', origin: 'the environment variable TOKEN' };
  expect(printed((messages) => messages.missingPassword(missing, false))).toBe(
    'Note: registries/a.yaml: the environment variable TOKEN is missing, so a-push-secret.k8s.yaml was not written.\n',
  );
  expect(printed((messages) => messages.missingPassword(missing, true))).toBe(
    'Note: registries/a.yaml: the environment variable TOKEN is missing, so a-push-secret.k8s.yaml was not written, and the one from an earlier run was removed.\n',
  );
});

test("a failure in our own words, never in another program's, which may contain a document", () => {
  const failure = (error: unknown) => printed((messages) => messages.failure(error));
  expect(failure(new OutputFolderError('dist is not a folder.'))).toBe('Nothing was written: dist is not a folder.\n');
  const theirs = Object.assign(new TypeError('cannot patch {"password":"secret"}'), { code: 'ERR_PATCH' });
  expect(failure(theirs)).toMatch(/^This is a bug in this program, please report it: ERR_PATCH\n {4}at /);
  expect(failure(theirs)).not.toContain('secret');
  expect(failure('secret')).not.toContain('secret');
});
