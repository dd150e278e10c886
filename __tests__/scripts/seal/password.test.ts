import { PassThrough } from 'stream';
import { PasswordSource } from '../../../lib';
import { takePassword } from '../../../scripts/seal/password';

/** A terminal that a test types at, and all that it shows. */
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

function piped(content: string | Buffer): { input: PassThrough; output: PassThrough } {
  const input = new PassThrough();
  input.end(content);
  return { input, output: new PassThrough() };
}

const FROM_FILE = PasswordSource.fromPlaintext('from the file');
const MISSING = PasswordSource.fromEnv('A_VARIABLE_THAT_IS_NOT_SET');

test('what is piped in is taken, without the newline at its end', async () => {
  const expected = { password: 'päss\nword', origin: 'standard input' };
  expect(await takePassword('?', FROM_FILE, piped('päss\nword\r\n'))).toEqual(expected);
  expect(await takePassword('?', undefined, piped('päss\nword'))).toEqual(expected);
});

test('where nothing is piped in, the place that the values file names is looked at', async () => {
  expect(await takePassword('?', FROM_FILE, piped(''))).toMatchObject({ password: 'from the file' });
});

test('no password anywhere is an error that says where it was looked for', async () => {
  await expect(takePassword('?', undefined, piped(''))).rejects.toThrow('the values file names no place of it');
  await expect(takePassword('?', MISSING, piped(''))).rejects.toThrow('A_VARIABLE_THAT_IS_NOT_SET is not there');
});

test('what is no text is an error', async () => {
  await expect(takePassword('?', undefined, piped(Buffer.from([0xff, 0xfe])))).rejects.toThrow('not UTF-8');
});

test('on a terminal the values file counts first', async () => {
  expect(await takePassword('?', FROM_FILE, terminal())).toMatchObject({ password: 'from the file' });
});

test('on a terminal the password is asked for and never shown', async () => {
  const { input, output, shown } = terminal();
  const asked = takePassword('Password: ', MISSING, { input, output });
  // A slip, mended with the backspace key.
  input.write('hidden-marker!\u007f\r');
  expect(await asked).toEqual({ password: 'hidden-marker', origin: 'the terminal' });
  expect(shown()).toBe('Password: \n');
});

test.each([
  ['Ctrl-C', '\u0003', 'interrupted; nothing was written'],
  ['Ctrl-D', '\u0004', 'no password was given; nothing was written'],
])('%s ends it', async (_, key, message) => {
  const { input, output, shown } = terminal();
  const asked = takePassword('Password: ', undefined, { input, output });
  input.write(`${key === '\u0003' ? 'hidden' : ''}${key}`);
  await expect(asked).rejects.toThrow(message);
  expect(shown()).toBe('Password: \n');
});
