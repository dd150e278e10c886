import { readdirSync } from 'node:fs';
import { dirname, delimiter, join } from 'node:path';
import { REPOSITORY } from '../../support/run-app';
import { run } from './process';
import { tool } from './tools';

/** Runs a command, which must succeed, with npm's own settings. Returns the output of both streams. */
export async function succeed(
  cwd: string,
  [command, ...args]: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = `${dirname(tool('helm'))}${delimiter}${process.env.PATH}`;
  const env = { ...(process.env as Record<string, string>), PATH: path, ...more };
  const { code, stdout, stderr } = await run(command, args, { cwd, env, timeoutMs: 240_000 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Packs this repository, which is built, into a new folder, and returns the path of the tarball. */
export async function pack(into: string): Promise<string> {
  await succeed(REPOSITORY, ['npm', 'pack', '--ignore-scripts', '--pack-destination', into]);
  const [file] = readdirSync(into).filter((name) => name.endsWith('.tgz'));
  return join(into, file);
}
