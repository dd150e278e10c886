import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { CodeBlock } from '../support/code-blocks';
import { clonedOutput, writeClonedRegistries } from '../support/cloned-registries';
import { linkDependencies } from '../support/link-dependencies';
import { program, REPOSITORY } from '../support/run-app';

/** The parts of a clone that the commands of the pages need. */
const FILES = [
  ...['cli', 'lib', 'values', 'synth', 'imports', 'scripts', 'crds'],
  ...['main.ts', 'package.json', 'tsconfig.json', 'cdk8s.yaml', '.gitignore'],
];
const TOKEN = 'not-a-real-token';

export interface WorkspaceOptions {
  /** Scripts that replace programs, by name. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The exit status and the output of a block. */
export interface BlockRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A clone of the repository in which the blocks of a page run, one after the other. */
export class Workspace {
  readonly folder: string;
  private readonly bin: string;

  constructor(
    root: string,
    private readonly options: WorkspaceOptions = {},
  ) {
    this.folder = path.join(root, 'clone');
    this.bin = path.join(root, 'bin');
    for (const folder of [this.folder, this.bin, path.join(root, 'home')]) fs.mkdirSync(folder);
    for (const file of FILES) fs.cpSync(path.join(REPOSITORY, file), path.join(this.folder, file), { recursive: true });
    writeClonedRegistries(path.join(this.folder, 'registries'));
    for (const [file, content] of Object.entries(clonedOutput())) this.write(path.join('dist', file), content);
    linkDependencies(REPOSITORY, this.folder);
    for (const [name, script] of Object.entries({ npm: NPM, npx: NPX, ...options.programs })) {
      fs.writeFileSync(path.join(this.bin, name), script, { mode: 0o755 });
    }
  }

  /** Makes the clone a git repository with everything committed. */
  async init(): Promise<void> {
    await this.bash('git init --quiet && git add --all && git commit --quiet --message clone');
  }

  /** Writes the file in a block. */
  put({ tags, text }: CodeBlock): void {
    this.write(tags[0], text);
  }

  private write(file: string, text: string): void {
    const location = path.join(this.folder, file);
    fs.mkdirSync(path.dirname(location), { recursive: true });
    fs.writeFileSync(location, text);
  }

  /** Runs a block as a script that stops at the first failure. Its standard input is a password. */
  run({ text }: CodeBlock): Promise<BlockRun> {
    return this.bash(text);
  }

  private bash(script: string): Promise<BlockRun> {
    const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: this.folder,
      env: {
        PATH: `${this.bin}:${process.env.PATH}`,
        HOME: path.join(this.folder, '../home'),
        GIT_AUTHOR_NAME: 'nobody',
        GIT_AUTHOR_EMAIL: 'nobody@example.com',
        GIT_COMMITTER_NAME: 'nobody',
        GIT_COMMITTER_EMAIL: 'nobody@example.com',
        ...this.options.env,
      },
    });
    const [stdout, stderr]: Buffer[][] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined).end(`${TOKEN}\n`);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
        resolve({ status, stdout: text(stdout), stderr: text(stderr) });
      });
    });
  }
}

// A stand-in for npm, which takes longer to start than most scripts. Scripts that take minutes have their own tests.
const NPM = `#!/bin/sh
case "$1 $2" in
'ci '|'install '|'update primehub-image-registries'|'pack '|'test '|'run test:e2e') exit ;;
run\\ *) ;;
*) echo "npm $*: not known to the tests" >&2; exit 1 ;;
esac
script=$(sed -n "s/^ *\\"$2\\": \\"\\(.*\\)\\",*$/\\1/p" package.json)
[ -n "$script" ] || { echo "npm has no script $2" >&2; exit 1; }
# The sources are compiled already: what runs from the sources is tested in synth/app.test.ts.
script=$(printf %s "$script" | sed -E 's#node --require @swc-node/register (main|cli/index).ts#node ${process.env.PROGRAMS}/\\1.js#')
shift 2
[ "$1" != -- ] || shift
PATH=node_modules/.bin:$PATH
eval "$script \\"\\$@\\""
`;

/** The command that users install, started as from their node_modules. */
const NPX = `#!/bin/sh
[ "$1" = primehub-image-registries ] || exec '${path.join(path.dirname(process.execPath), 'npx')}' "$@"
shift
exec '${process.execPath}' '${program('cli/index.ts')}' "$@"
`;

/** The programs that a block runs. */
export function programsOf({ text }: CodeBlock): string[] {
  const bare = text
    .replace(/\\\n/g, ' ')
    .replace(/"\$\(([^()]*)\)"(.*)/g, 'quoted $2 ; $1')
    .replace(/'[^']*'|"[^"]*"/g, 'quoted')
    .replace(/^\s*#.*$/gm, '');
  const commands = bare.split(/\n|&&|\|\|?|;|\$\(|\)/).map((command) => command.trim());
  return [...new Set(commands.map(programOf).filter((program) => program !== undefined))];
}

function programOf(command: string): string | undefined {
  return command
    .replace(/^(\w+=\S*\s+)+/, '')
    .split(/\s+/)
    .find((word) => word !== '' && !/^\w+=/.test(word));
}
