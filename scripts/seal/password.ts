import { createInterface } from 'readline';
import { Writable } from 'stream';
import { PasswordSource } from '../../lib';
import { SealError } from './seal-error';

/** A password and where it came from, in the words of a message. */
export interface Password {
  readonly password: string;
  readonly origin: string;
}

/** The terminal, or what stands in for it. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Takes the password from what is piped in; else from where the values file says that it is; else it asks for it on the
 * terminal, without echo.
 *
 * @throws SealError when there is none
 */
export async function takePassword(
  question: string,
  source: PasswordSource | undefined,
  terminal: Terminal,
): Promise<Password> {
  const piped = terminal.input.isTTY ? '' : await readAll(terminal.input);
  if (piped !== '') return { password: piped.replace(/\r?\n$/, ''), origin: 'standard input' };
  const password = source?._reveal();
  if (source !== undefined && password !== undefined) return { password, origin: source._origin };
  if (terminal.input.isTTY) return { password: await ask(question, terminal), origin: 'the terminal' };
  const named = source === undefined ? 'the values file names no place of it' : `${source._origin} is not there`;
  throw new SealError(`no password: standard input is empty, and ${named}. Pipe it in, or run this in a terminal`);
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Buffer));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new SealError('what standard input holds is not UTF-8 text');
  }
}

/** Asks on the terminal. The interface edits the line in raw mode, and what it would echo goes nowhere. */
function ask(question: string, { input, output }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
    const end = (finish: () => void) => {
      lines.removeAllListeners();
      lines.close();
      output.write('\n');
      finish();
    };
    lines.on('line', (line) => end(() => resolve(line)));
    lines.on('SIGINT', () => end(() => reject(new SealError('interrupted; nothing was written'))));
    lines.on('close', () => end(() => reject(new SealError('no password was given; nothing was written'))));
    output.write(question);
  });
}
