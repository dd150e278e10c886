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

const written = (name: string, hasPlaintext = false) => ({ name, hasPlaintext });
const many = Array.from({ length: 11 }, (_, i) => written(`r${i}`));
const missing = { file: 'registries/a.yaml', name: 'a', origin: 'the environment variable TOKEN' };
const NEXT =
  'Next: kubectl apply -f dist/\nIf PrimeHub is installed with Helm, also: helm upgrade --reuse-values -f dist/helm/';

test('the commands are as a shell takes them', () => {
  const next = printed((messages) => messages.written("it's out", [written('a')]));
  expect(next).toContain(`kubectl apply -f 'it'\\''s out/'\n`);
  expect(next).toContain(`-f 'it'\\''s out/helm'/a.values.yaml <release>`);
});

// The exact sentences of a run.
test.each<[string, (messages: Messages) => void]>([
  [
    'Warning: registries/a.yaml\n  hardly meant\n1 problem, nothing was written:\nregistries/a.yaml:1:2  customImage\n  missing\n',
    (messages) => messages.problems(findings, ', nothing was written'),
  ],
  [
    'Warning: registries/a.yaml\n  hardly meant\nNote: registries/a.yaml\n  good to know\n',
    (messages) => messages.advice(findings),
  ],
  [
    `Wrote: dist/ for a and its push Secret, b\n${NEXT}<name>.values.yaml <release> <chart>\n`,
    (messages) => messages.written('dist', [written('a', true), written('b')]),
  ],
  [
    `Wrote: dist/ for a\n${NEXT}a.values.yaml <release> <chart>\n`,
    (messages) => messages.written('dist', [written('a')]),
  ],
  [
    `Wrote: dist/ for 11 registries\n${NEXT}<name>.values.yaml <release> <chart>\n`,
    (messages) => messages.written('dist', many),
  ],
  ['Wrote: dist/ for no registry\n', (messages) => messages.written('dist', [])],
  [
    'Note: registries/a.yaml: the environment variable TOKEN is missing, so a-push-secret.k8s.yaml was not written.\n',
    (messages) => messages.missingPassword(missing, false),
  ],
  [
    'Note: registries/a.yaml: the environment variable TOKEN is missing, so a-push-secret.k8s.yaml was not written, and the one from an earlier run was removed.\n',
    (messages) => messages.missingPassword(missing, true),
  ],
  [
    'Note: registries/a.yaml: the environment variable TOKEN is missing; synth will not write a-push-secret.k8s.yaml.\n',
    (messages) => messages.passwordNotThere(missing),
  ],
  [
    'Note: registries/a.yaml: customImage.enabled is false, so nothing is written for it.\n',
    (messages) => messages.disabled(['registries/a.yaml']),
  ],
  [
    'Note: dist/a.k8s.yaml from an earlier run was removed, as its values file is gone. Its objects are still in the cluster. To remove them:\n  kubectl delete ConfigMap/x\n',
    (messages) => messages.registryGone('dist', 'a', ['kubectl delete ConfigMap/x']),
  ],
  [
    'Note: dist/a.k8s.yaml from an earlier run was removed, as its values file is gone. Its objects are still in the cluster, and the CronJob keeps running. To remove them:\n  kubectl delete CronJob/x\n',
    (messages) => messages.registryGone('dist', 'a', ['kubectl delete CronJob/x']),
  ],
  [
    'Note: dist/a-push-secret.k8s.yaml from an earlier run was removed, as its values file is gone. The Secret in the cluster stays.\n',
    (messages) => messages.plaintextGone('dist', ['a-push-secret.k8s.yaml']),
  ],
  [
    'Note: cdk8s synth deleted dist/ before it ran the app. `git checkout -- dist` restores what is committed. `npm run synth` checks before it deletes.\n',
    (messages) => messages.outputWasDeleted('dist'),
  ],
  [
    'Warning: git tracks dist/a, so everyone who can read the repository can read its password: `git rm --cached` it, and change the password.\n' +
      'Warning: git does not ignore dist/b, so the next `git add` would add its password to the repository: add the file to .gitignore.\n',
    (messages) => messages.exposedToGit('dist', { tracked: ['a'], untracked: ['b'] }),
  ],
  [
    'dist/ differs from what synth would write:\n  a is missing\nNext: run synth, check the difference, and commit it\n',
    (messages) => messages.outOfDate('dist', ['a is missing']),
  ],
])('%s', (text, say) => {
  expect(printed(say)).toBe(text);
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

test("a failure in our own words, never in another program's, which may contain a document", () => {
  const failure = (error: unknown) => printed((messages) => messages.failure(error));
  expect(failure(new OutputFolderError('dist is not a folder.'))).toBe('Nothing was written: dist is not a folder.\n');
  const theirs = Object.assign(new TypeError('cannot patch {"password":"secret"}'), { code: 'ERR_PATCH' });
  expect(failure(theirs)).toMatch(/^This is a bug in this program, please report it: ERR_PATCH\n {4}at /);
  expect(failure(theirs)).not.toContain('secret');
  expect(failure('secret')).not.toContain('secret');
});
