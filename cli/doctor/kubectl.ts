import { execFile } from 'child_process';
import { foreignText } from './foreign-text';
import { Answer, Right } from './types';

/** How a run of kubectl ended. */
export interface KubectlResult {
  /** The exit status, or `null` if it did not start or was stopped. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl. It does not throw if kubectl fails. */
export type Kubectl = (args: readonly string[]) => Promise<KubectlResult>;

/** What `stderr` says if kubectl is not installed. */
export const NOT_INSTALLED = 'kubectl is not installed';

/** Only verbs that read, as this program must not change anything. */
const READING = ['get', 'version', 'logs'];

/** After this time, an API server that does not answer is an error. */
const TIMEOUT_SECONDS = 20;

/** The user's own kubectl with the user's configuration, for reading only. */
export function readingKubectl(options: { context?: string; program?: string } = {}): Kubectl {
  const context = options.context === undefined ? [] : [`--context=${options.context}`];
  return async (args) => {
    if (!READING.includes(args[0])) throw new Error(`doctor only reads, so it does not run kubectl ${args[0]}`);
    const all = [...args, ...context, `--request-timeout=${TIMEOUT_SECONDS}s`];
    return new Promise((resolve) => {
      execFile(
        options.program ?? 'kubectl',
        all,
        { env: process.env, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 2 * TIMEOUT_SECONDS * 1000 },
        (error, stdout, stderr) => {
          if (error === null) resolve({ status: 0, stdout, stderr });
          else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
          else if (error.code === 'ENOENT') resolve({ status: null, stdout, stderr: NOT_INSTALLED });
          else resolve({ status: null, stdout, stderr: stderr || `kubectl was stopped: ${error.message}` });
        },
      );
    });
  };
}

/** The answer in kubectl's result about something that needs this right. */
export function answerOf<T>(result: KubectlResult, right: Right): Answer<T> {
  if (result.status === 0) {
    if (result.stdout.trim() === '') return { kind: 'absent' };
    try {
      return { kind: 'found', value: JSON.parse(result.stdout) as T };
    } catch {
      // don't show the text, which may be that of a Secret
      return { kind: 'failed', reason: 'kubectl printed something other than JSON' };
    }
  }
  if (/\(Forbidden\)|is forbidden/.test(result.stderr)) return { kind: 'forbidden', right };
  if (/\(NotFound\)|the server doesn't have a resource type/.test(result.stderr)) return { kind: 'absent' };
  return { kind: 'failed', reason: errorOf(result) };
}

/** The error of kubectl: its last line, as warnings and retries come before. */
export function errorOf({ stderr }: KubectlResult): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const error = lines.filter((line) => /^(error|Error from server|The connection)/.test(line)).at(-1);
  return foreignText(error ?? lines.at(-1) ?? 'kubectl failed without a message');
}
