import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY, runCli } from '../support/run-app';
import { removeFolder, temporaryFolder } from './support/process';

// The YAML language server, which editors run, finds the schema of the files that init and add write, in any folder.

jest.setTimeout(60_000);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** Talks to a language server over its standard input and output. */
class LanguageServer {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: ((message: Message) => void)[] = [];
  private buffer = Buffer.alloc(0);
  private id = 0;

  constructor(program: string) {
    this.child = spawn(process.execPath, [program, '--stdio']);
    this.child.stdout.on('data', (chunk: Buffer) => this.read(chunk));
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.id;
    const answer = this.next((message) => message.id === id && message.method === undefined);
    this.send({ id, method, params });
    return (await answer).result;
  }

  /** The next message that matches. */
  next(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      this.waiting.push((message) => {
        if (fits(message)) resolve(message);
      });
    });
  }

  private send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private read(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(this.buffer.toString('latin1'));
      if (head === null) return;
      const end = head[0].length + Number(head[1]);
      if (this.buffer.length < end) return;
      const message = JSON.parse(this.buffer.subarray(head[0].length, end).toString('utf8')) as Message;
      this.buffer = this.buffer.subarray(end);
      // the answer to its question for the editor's settings: there are none
      if (message.id !== undefined && message.method !== undefined) {
        const result = message.method === 'workspace/configuration' ? [{}, {}, {}, {}, {}] : null;
        this.send({ id: message.id, result });
      }
      this.waiting.forEach((look) => look(message));
    }
  }
}

let folder: string;
let server: LanguageServer;
beforeAll(async () => {
  folder = temporaryFolder('editor');
  const installed = join(folder, 'node_modules/primehub-image-registries');
  mkdirSync(installed, { recursive: true });
  cpSync(join(REPOSITORY, 'values.schema.json'), join(installed, 'values.schema.json'));
  expect(runCli(['init', '--registry', 'ecr'], { cwd: folder }).status).toBe(0);
  expect(runCli(['add', 'ecr', '--folder', 'clusters/staging'], { cwd: folder }).status).toBe(0);
  writeFileSync(join(folder, 'package.json'), '{ "workspaces": ["deploy/*"] }');
  const workspace = join(folder, 'deploy/images #1 %20 für alle');
  mkdirSync(workspace, { recursive: true });
  expect(runCli(['init', '--registry', 'ecr'], { cwd: workspace }).status).toBe(0);
  server = new LanguageServer(join(REPOSITORY, 'node_modules/yaml-language-server/bin/yaml-language-server'));
  const rootUri = pathToFileURL(folder).href;
  await server.request('initialize', { processId: process.pid, rootUri, capabilities: {}, workspaceFolders: null });
  server.notify('initialized', {});
});
afterAll(() => {
  server?.stop();
  removeFolder(folder);
});

test.each(['registries/ecr.yaml', 'clusters/staging/ecr.yaml', 'deploy/images #1 %20 für alle/registries/ecr.yaml'])(
  '%s: completes keys, and marks a wrong one',
  async (file) => {
    const uri = pathToFileURL(join(folder, file)).href;
    const text = `${readFileSync(join(folder, file), 'utf8')}  pushRepos: x\n  \n`;
    const marked = server.next(
      ({ method, params }) => method === 'textDocument/publishDiagnostics' && (params as { uri: string }).uri === uri,
    );
    server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    const { diagnostics } = (await marked).params as { diagnostics: { message: string }[] };
    expect(diagnostics.map(({ message }) => message).join('\n')).toContain('pushRepos');

    const position = { line: text.split('\n').length - 2, character: 2 };
    const completed = (await server.request('textDocument/completion', { textDocument: { uri }, position })) as {
      items: { label: string }[];
    };
    expect(completed.items.map(({ label }) => label)).toEqual(expect.arrayContaining(['pushSecretName', 'buildJob']));
  },
);
