import { PassThrough } from 'stream';
import { PasswordTarget, takePassword } from '../../../cli/seal/password';

/** A terminal on which a test types, and what it shows. */
function terminal(): { input: PassThrough & { isTTY: boolean }; output: PassThrough; shown: () => string } {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    input: Object.assign(new PassThrough(), { isTTY: true }),
    output,
    shown: () => Buffer.concat(chunks).toString(),
  };
}

function piped(content: string | Buffer): { input: PassThrough; output: PassThrough; shown: () => string } {
  const { output, shown } = terminal();
  const input = new PassThrough();
  input.end(content);
  return { input, output, shown };
}

const NOWHERE: PasswordTarget = { username: 'team', host: 'docker.io', sourceProblems: [] };
const FROM_FILE = { ...NOWHERE, source: { origin: 'the file token', password: 'from the file' } };
const MISSING = { ...NOWHERE, source: { origin: 'the environment variable TOKEN' } };
const BROKEN = {
  ...NOWHERE,
  sourceProblems: [{ file: 'x.yaml', key: 'customImage.registryPassword', code: 'malformed' as const, message: 'bad' }],
};

test.each(['pässword\r\n', 'pässword'])(
  'what is piped in is taken, without the newline at its end',
  async (content) => {
    const taken = await takePassword(NOWHERE, piped(content));
    expect(taken).toEqual({ password: 'pässword', origin: 'standard input' });
  },
);

test('standard input takes precedence over the place in the values file, with a note if they differ', async () => {
  const [other, same] = [piped('another'), piped('from the file\n')];
  expect(await takePassword(FROM_FILE, other)).toMatchObject({ password: 'another' });
  expect(other.shown()).toBe('Note: the password from standard input is sealed; the file token has a different one\n');
  expect(await takePassword(FROM_FILE, same)).toMatchObject({ origin: 'standard input' });
  expect(same.shown()).toBe('');
});

test('without standard input, the place in the values file counts', async () => {
  const taken = await takePassword(FROM_FILE, piped(''));
  expect(taken).toEqual({ password: 'from the file', origin: 'the file token' });
});

test('errors of that place matter only if the password is taken from it', async () => {
  await expect(takePassword(BROKEN, piped(''))).rejects.toThrow('x.yaml  customImage.registryPassword\n  bad');
  expect(await takePassword(BROKEN, piped('good'))).toMatchObject({ password: 'good' });
});

test('no password anywhere is an error that says where it was looked for', async () => {
  await expect(takePassword(NOWHERE, piped(''))).rejects.toThrow('the values file does not say where it is');
  await expect(takePassword(MISSING, piped(''))).rejects.toThrow('the environment variable TOKEN is missing');
});

test('input that is not text is an error', async () => {
  await expect(takePassword(NOWHERE, piped(Buffer.from([0xff, 0xfe])))).rejects.toThrow('not UTF-8');
});

test('warns about white space at an end, as nobody can read the password later', async () => {
  const given = piped('word \n');
  expect(await takePassword(NOWHERE, given)).toMatchObject({ password: 'word ' });
  expect(given.shown()).toBe(
    'Warning: the password from standard input begins or ends with white space, which is part of the password\n',
  );
});

test('says what it waits for if a pipe stays open', async () => {
  const { output, shown } = terminal();
  const input = new PassThrough();
  const taken = takePassword(NOWHERE, { input, output });
  while (shown() === '') await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shown()).toBe('Reading the password from standard input\n');
  input.end('late');
  expect(await taken).toMatchObject({ password: 'late' });
});

test('on a terminal the values file counts first', async () => {
  expect(await takePassword(FROM_FILE, terminal())).toMatchObject({ password: 'from the file' });
});

test('on a terminal the password is asked for and never shown', async () => {
  const { input, output, shown } = terminal();
  const asked = takePassword(MISSING, { input, output });
  // A typing error, corrected with the backspace key.
  input.write('hidden-marker!\u007f\r');
  expect(await asked).toEqual({ password: 'hidden-marker', origin: 'the terminal' });
  expect(shown()).toBe('Password of team at docker.io (not shown): \n');
});

test('a user name that may be the password is not shown', async () => {
  const { input, output, shown } = terminal();
  const asked = takePassword({ ...NOWHERE, username: 'dckr_pat_1' }, { input, output });
  input.write('team\r');
  await asked;
  expect(shown()).toBe('Password for docker.io (not shown): \n');
});

test.each([
  ['in one piece', ['first\nhidden\n']],
  ['line by line', ['first\n', 'hidden-1\n', 'hidden-2\n']],
  ['without an end', ['first\n', 'hidden']],
])('more than one line, pasted %s, is taken as a whole and refused', async (_, pieces) => {
  // The test has its own clock, as a busy machine makes every pause longer.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const { input, output, shown } = terminal();
  const asked = takePassword(NOWHERE, { input, output });
  const ended = expect(asked).rejects.toThrow(
    /^more than one line was given, but a password is a single line: nothing was written$/,
  );
  for (const piece of pieces) {
    input.write(piece);
    await jest.advanceTimersByTimeAsync(200);
  }
  await jest.advanceTimersByTimeAsync(1000);
  await ended;
  jest.useRealTimers();
  expect(shown()).not.toContain('hidden');
  expect(input.read()).toBeNull();
});

test('empty lines after the password do not belong to it', async () => {
  const { input, output } = terminal();
  const asked = takePassword(NOWHERE, { input, output });
  input.write('first\r\n\n');
  expect(await asked).toMatchObject({ password: 'first' });
});

test.each([
  ['_json_key', 'npm run seal -- <values file> --cert <certificate> < key.json'],
  ['_json_key_base64', 'base64 < key.json | npm run seal -- <values file> --cert <certificate>'],
])('with %s it does not ask for a key file, which must be piped in', async (username, how) => {
  const { input, output, shown } = terminal();
  const asked = takePassword({ ...MISSING, username, host: 'gcr.io' }, { input, output });
  await expect(asked).rejects.toThrow(
    `no password: the environment variable TOKEN is missing. With ${username} it is a whole key file, which cannot be typed: pipe it in\n  ${how}`,
  );
  expect(shown()).toBe('');
});

test.each([
  ['Ctrl-C', '\u0003', 'interrupted: nothing was written'],
  ['Ctrl-D', '\u0004', 'no password was given: nothing was written'],
])('%s ends it', async (_, key, message) => {
  const { input, output, shown } = terminal();
  const asked = takePassword(NOWHERE, { input, output });
  input.write(`${key === '\u0003' ? 'hidden' : ''}${key}`);
  await expect(asked).rejects.toThrow(message);
  expect(shown()).toBe('Password of team at docker.io (not shown): \n');
});
