import { createInterface } from 'readline';
import { Writable } from 'stream';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME } from '../../lib/push-secret/google-key';
import { YANDEX_KEY_USERNAME, checkPassword } from '../../lib/push-secret/password';
import { credentialsIn } from '../../lib/redact';
import { formatFindings } from '../../values/report/findings';
import { SealTarget } from '../../values/registry/seal-target';
import { SealError } from './seal-error';

/** A password, and a description of where it came from. */
export interface Password {
  readonly password: string;
  readonly origin: string;
}

/** The terminal, or a replacement for it in tests. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** The parts of a values file that decide where the password comes from. */
export type PasswordTarget = Pick<SealTarget, 'username' | 'host' | 'source' | 'sourceProblems'>;

/**
 * Takes the password from standard input if something is piped in, otherwise from the place that the values file names.
 * If there is none, it asks on the terminal, without echo.
 *
 * @returns the password as a docker config stores it
 * @throws SealError if there is no password, or one that no registry accepts
 */
export async function takePassword(target: PasswordTarget, terminal: Terminal): Promise<Password> {
  const { username, source } = target;
  const { password: given, origin } = await takeAny(target, terminal);
  const { password, errors } = checkPassword(username, given);
  if (errors.length > 0) {
    const problems = errors.map(({ message }) => message).join(', and ');
    throw new SealError(`the password from ${origin} ${problems}`);
  }
  // Warn now, as nobody can read the password once it is sealed.
  if (password !== password.trim()) {
    terminal.output.write(
      `Warning: the password from ${origin} begins or ends with white space, which is part of the password\n`,
    );
  }
  if (source?.password !== undefined && checkPassword(username, source.password).password !== password) {
    terminal.output.write(`Note: the password from ${origin} is sealed; ${source.origin} has a different one\n`);
  }
  return { password, origin };
}

async function takeAny(target: PasswordTarget, terminal: Terminal): Promise<Password> {
  const { username, source, sourceProblems } = target;
  const piped = terminal.input.isTTY ? '' : await readAll(terminal);
  if (piped !== '') return { password: piped.replace(/\r?\n$/, ''), origin: 'standard input' };
  if (sourceProblems.length > 0)
    throw new SealError(`nothing was sealed:\n\n${formatFindings(sourceProblems).trimEnd()}`);
  if (source?.password !== undefined) return { password: source.password, origin: source.origin };
  const named = source === undefined ? 'the values file does not say where it is' : `${source.origin} is missing`;
  if (!terminal.input.isTTY) {
    throw new SealError(
      `no password: standard input is empty, and ${named}. Set it, pipe the password in, or run this in a terminal`,
    );
  }
  const pipe = PIPES.get(username);
  if (pipe !== undefined) {
    throw new SealError(
      `no password: ${named}. With ${username} it is a whole key file, which cannot be typed: pipe it in\n  ${pipe}`,
    );
  }
  return { password: await ask(`Password ${loginOf(target)} (not shown): `, terminal), origin: 'the terminal' };
}

const COMMAND = 'npm run seal -- <values file> --cert <certificate>';
/** The commands that pipe in a key file. It has several lines, and a terminal would read only the first. */
const PIPES = new Map([
  [GOOGLE_KEY_USERNAME, `${COMMAND} < key.json`],
  [YANDEX_KEY_USERNAME, `${COMMAND} < key.json`],
  [GOOGLE_KEY_BASE64_USERNAME, `base64 < key.json | ${COMMAND}`],
]);

/** The login that the password is for. It must not show the password if people mix it up with the user name. */
export function loginOf({ username, host }: Pick<SealTarget, 'username' | 'host'>): string {
  return credentialsIn(username).length > 0 ? `for ${host}` : `of ${username} at ${host}`;
}

/** Pasted text is complete after this time without input, even over a slow connection. */
const QUIET_MS = 300;
/** After this time without input, say what the program is waiting for. */
const PATIENCE_MS = 1000;

async function readAll({ input, output }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  const waiting = setTimeout(() => output.write('Reading the password from standard input\n'), PATIENCE_MS);
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Buffer));
  clearTimeout(waiting);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new SealError('standard input is not UTF-8 text');
  }
}

/** Asks on the terminal. The interface edits the line in raw mode, and its echo is discarded. */
function ask(question: string, { input, output }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
    const given: string[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const later = () => quiet?.refresh();
    const end = (message?: string) => {
      clearTimeout(quiet);
      input.off('data', later);
      lines.removeAllListeners();
      const [password, ...more] = [...given, lines.line];
      lines.close();
      output.write('\n');
      if (message !== undefined) reject(new SealError(message));
      else if (more.some((line) => line !== '')) reject(new SealError(MORE_THAN_A_LINE));
      else resolve(password);
    };
    lines.on('line', (line) => {
      given.push(line);
      // Read pasted text after the line too: the terminal would show it, and the shell would run it.
      quiet ??= setTimeout(end, QUIET_MS);
    });
    input.on('data', later);
    lines.on('SIGINT', () => end('interrupted: nothing was written'));
    lines.on('close', () => end(given.length > 0 ? undefined : 'no password was given: nothing was written'));
    output.write(question);
  });
}

const MORE_THAN_A_LINE = 'more than one line was given, but a password is a single line: nothing was written';
