import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, readTree } from '../support/run-app';
import { type Outcome, removeFolder, run, temporaryFolder } from './support/process';

// The command in a terminal: what init asks, what the keys do, and when the output has colours. Also as a user who may
// not write. The question of seal is tested in sealed-secret.

jest.setTimeout(120_000);

const COMMAND = [process.execPath, program('cli/index.ts')];
const QUESTION = 'Which registries are images pushed to?';
const CTRL_C = '\u0003';
const DOWN = '\u001b[B';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder('terminal');
});
afterEach(() => removeFolder(cwd));

/** Runs the command in a terminal, and types the keys as soon as the text before them is on the screen. */
function inTerminal(args: string[], steps: [string, string][], env: Record<string, string> = {}): Promise<Outcome> {
  const script = join(__dirname, 'tools/terminal.py');
  return run('python3', [script, JSON.stringify(steps), ...COMMAND, ...args], {
    cwd,
    env: { PATH: process.env.PATH!, HOME: cwd, TERM: 'xterm', ...env },
  });
}

/** The command in a shell, so that a stream can be redirected. */
function inShell(line: string): string[] {
  return ['-c', `"$0" "$1" ${line}`, ...COMMAND];
}

describe('init asks which registries', () => {
  test('space selects, enter confirms', async () => {
    const { code, stdout } = await inTerminal(['init'], [[QUESTION, ` ${DOWN}${DOWN} \r`]]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Next: npm install') as string });
    expect(Object.keys(readTree(cwd)).filter((file) => file.startsWith('registries/'))).toEqual([
      'registries/dockerhub.yaml',
      'registries/ecr.yaml',
    ]);
  });

  test('enter without a selection asks again', async () => {
    const { code } = await inTerminal(
      ['init'],
      [
        [QUESTION, '\r'],
        ['select at least one', ' '],
        ['Docker Hub', '\r'],
      ],
    );
    expect(code).toBe(0);
    expect(readTree(cwd)).toHaveProperty(['registries/dockerhub.yaml']);
  });

  test.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-C after a selection', ` ${CTRL_C}`],
    ['escape', '\u001b'],
  ])('%s: nothing is written', async (_, keys) => {
    const { code, stdout } = await inTerminal(['init'], [[QUESTION, keys]]);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Nothing was written.') as string,
    });
    expect(readTree(cwd)).toEqual({});
  });

  test('not with --registry', async () => {
    const { code, stdout } = await inTerminal(['init', '--registry', 'ecr'], []);
    expect(code).toBe(0);
    expect(stdout).not.toContain(QUESTION);
  });

  test('not if it cannot start: it first says why', async () => {
    writeFileSync(join(cwd, 'package.json'), '{');
    const { code, stdout } = await inTerminal(['init'], []);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^Nothing was written: package.json/) as string,
    });
  });
});

test.each(['init < /dev/null', 'init 2> log'])(
  'no question unless both input and output are a terminal: %s',
  async (line) => {
    const script = join(__dirname, 'tools/terminal.py');
    const env = { PATH: process.env.PATH!, HOME: cwd, TERM: 'xterm' };
    const { code, stdout } = await run('python3', [script, '[]', 'sh', ...inShell(line)], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).not.toContain(QUESTION);
    expect(Object.keys(readTree(cwd))).toContain('package.json');
  },
);

describe('colours', () => {
  const coloured = (text: string): boolean => /\u001b\[\d/.test(text);

  test.each([['check'], ['synth'], ['doctor', '--context', 'none']])(
    '%s: used in a terminal, and not with NO_COLOR',
    async (...args) => {
      mkdirSync(join(cwd, 'registries'));
      cpSync(join(__dirname, '../../registries/ecr.yaml'), join(cwd, 'registries/ecr.yaml'));
      expect(coloured((await inTerminal(args, [])).stdout)).toBe(true);
      expect(coloured((await inTerminal(args, [], { NO_COLOR: '1' })).stdout)).toBe(false);
      const { stdout, stderr } = await run(COMMAND[0], [COMMAND[1], ...args], { cwd });
      expect(stdout + stderr).not.toBe('');
      expect(coloured(stdout + stderr)).toBe(false);
    },
  );
});

describe('in a folder without write permission', () => {
  const NOBODY = '65534';
  const asNobody = (...args: string[]): Promise<Outcome> => {
    // The bundle is in a folder that only root may read, so use a copy.
    const bundle = join(cwd, 'command.js');
    cpSync(COMMAND[1], bundle);
    chmodSync(cwd, 0o755);
    const folder = join(cwd, 'user');
    return run('setpriv', ['--reuid', NOBODY, '--clear-groups', COMMAND[0], bundle, ...args], { cwd: folder });
  };

  test.each([[['init', '--registry', 'ecr']], [['add', 'ecr']], [['add', 'ecr', '--folder', 'a/b']]])(
    '%j reports it, and that nothing was written',
    async (args) => {
      mkdirSync(join(cwd, 'user'), { mode: 0o755 });
      expect(await asNobody(...args)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: "Nothing was written: the working directory can't be written (EACCES)\n",
      });
    },
  );

  test('a package.json of another user', async () => {
    mkdirSync(join(cwd, 'user'));
    chmodSync(join(cwd, 'user'), 0o777);
    writeFileSync(join(cwd, 'user/package.json'), '{}', { mode: 0o644 });
    const { stderr } = await asNobody('init', '--registry', 'ecr');
    expect(stderr).toBe("Nothing was written: package.json can't be written (EACCES)\n");
    expect(readTree(join(cwd, 'user'))).toEqual({ 'package.json': '{}' });
  });
});
