import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

export const REPOSITORY = path.join(__dirname, '../..');

/** The bundle of a program of the repository, such as `main.ts`. */
export function program(source: string): string {
  return path.join(process.env.PROGRAMS!, source.replace(/ts$/, 'js'));
}

/** The exit status and the output of a run of the app. */
export interface AppRun {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

/** Runs the app of cdk8s.yaml in the repository, with only the given environment. */
export function runApp(args: readonly string[], env: Readonly<Record<string, string>> = {}): AppRun {
  return runProgram('main.ts', args, env);
}

/** Runs the command that users install, in one of their folders. */
export function runCli(
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): AppRun {
  return runProgram('cli/index.ts', args, env, cwd);
}

function runProgram(
  source: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = REPOSITORY,
): AppRun {
  const result = spawnSync(process.execPath, [program(source), ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return { status: result.status, stderr: result.stderr, stdout: result.stdout };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'registries-'));
  folders.push(folder);
  return folder;
}

/** Every file below a folder: its relative path and its content. */
export function readTree(folder: string): Record<string, string> {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((file) => [path.relative(folder, file), fs.readFileSync(file, 'utf8')]));
}
