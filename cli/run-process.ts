import { runCommand } from './program';

/**
 * Runs the command as this process. It goes on if the reader of its output ends early, as `head` does: the exit status
 * is the same as without it.
 */
export async function runProcess(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') return;
      process.exitCode = 1;
      if (stream === process.stdout) process.stderr.write(`The output could not be written: ${code}\n`);
    });
  }
  const status = await runCommand(args, process);
  process.exitCode ||= status;
}
