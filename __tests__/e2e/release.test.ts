import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { buildCommand } from '../../scripts/build-command';
import { linkDependencies } from '../support/link-dependencies';
import { LoopbackServer } from './support/loopback-server';
import { type Outcome, removeFolder, run, temporaryFolder } from './support/process';
import { cache } from './support/tools';

// Runs the release script as a maintainer does, in a clone where lint and tests are replaced. npm and twine publish to
// servers of this test, and git pushes to a repository of it.

jest.setTimeout(400_000);

const REPOSITORY = join(__dirname, '../..');
const { name, version } = packageJson;
const TARBALL = `packages/js/${name}@${version}.jsii.tgz`;
const WHEEL = `packages/wheel/${name.replace(/-/g, '_')}-${version}-py3-none-any.whl`;
const TOKEN = 'not-a-real-token';

let folder: string;
let clone: string;
let registry: LoopbackServer;
const received: Received[] = [];

beforeAll(async () => {
  folder = temporaryFolder('release');
  clone = join(folder, 'clone');
  registry = await LoopbackServer.start(publicRegistry);
  const host = `127.0.0.1:${registry.port}/`;
  writeFileSync(join(folder, '.npmrc'), `registry=http://${host}\n//${host}:_authToken=${TOKEN}\n`);
  mkdirSync(clone);
  const files = await succeed(REPOSITORY, 'git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const file of files.split('\0').filter((one) => one !== '')) cpSync(join(REPOSITORY, file), join(clone, file));
  linkDependencies(REPOSITORY, clone);
  edit('package.json', (text) =>
    text.replace(/("lint"): ".*"/, '$1: "echo lint >> ../ran"').replace(/("test"): ".*"/, '$1: "echo test >> ../ran"'),
  );
  await succeed(folder, 'git', 'init', '--quiet', '--bare', 'origin');
  await succeed(clone, 'git', 'init', '--quiet');
  await succeed(clone, 'git', 'config', 'user.name', 'm');
  await succeed(clone, 'git', 'config', 'user.email', 'm@example.com');
  await succeed(clone, 'git', 'remote', 'add', 'origin', join(folder, 'origin'));
  await commit();
});
afterAll(async () => {
  await registry?.refuse();
  removeFolder(folder);
});

/** Runs a command as a maintainer who only has logins for the servers of this test. */
function maintainer(cwd: string, command: string, ...args: string[]): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH!,
    HOME: folder,
    XDG_CACHE_HOME: join(cache, '..'),
    TWINE_REPOSITORY_URL: `http://127.0.0.1:${registry.port}/upload`,
    TWINE_USERNAME: '__token__',
    TWINE_PASSWORD: TOKEN,
    // where pip finds the packages that build a wheel
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => /^(PIP_|SSL_)/.test(key))),
  } as Record<string, string>;
  return run(command, args, { cwd, env, timeoutMs: 300_000 });
}

async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await maintainer(cwd, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

const release = (...args: string[]) => maintainer(clone, 'npm', 'run', '--silent', 'release', '--', ...args);
const checkApi = () => maintainer(clone, process.execPath, '--require', '@swc-node/register', '--eval', CHECK_API);
const CHECK_API = `require('./scripts/release/api-baseline').checkApi()`;

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(join(clone, file), change(readFileSync(join(clone, file), 'utf8')));
}
async function commit(): Promise<void> {
  await succeed(clone, 'git', 'add', '--all');
  await succeed(clone, 'git', 'commit', '--quiet', '--message', 'change');
}
/** Undoes what a test changed. */
async function reset(): Promise<void> {
  await succeed(clone, 'git', 'checkout', '--quiet', '--', '.');
}

test('unknown arguments are wrong usage', async () => {
  expect(await release('--publsh')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: ') as string });
});

test('uncommitted files prevent a release', async () => {
  writeFileSync(join(clone, 'notes.txt'), '');
  const { code, stderr } = await release();
  removeFolder(join(clone, 'notes.txt'));
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('?? notes.txt') as string });
});

test('CHANGELOG.md must begin with the version', async () => {
  edit('CHANGELOG.md', (text) => text.replace(`## ${version}`, `## 9.9.9\n\n## ${version}`));
  await commit();
  const { code, stderr } = await release();
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('CHANGELOG.md: 9.9.9') as string });
  await succeed(clone, 'git', 'reset', '--quiet', '--hard', 'HEAD~1');
});

test('without --publish, it checks everything, publishes nothing, and shows the commands that would', async () => {
  const { code, stdout, stderr } = await release();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('lint\ntest\n');
  expect(stdout.match(/^ok: /gm)).toHaveLength(10);
  for (const command of [`npm publish --ignore-scripts ./${TARBALL}`, `git push origin v${version}`, WHEEL]) {
    expect(stdout).toContain(command);
  }
  expect(received).toEqual([]);
  expect(await succeed(clone, 'git', 'tag', '--list')).toBe('');
});

describe('the bill of materials', () => {
  let file: string;
  let document: Sbom;
  beforeAll(async () => {
    const inside = 'package/build/cli/sbom.cdx.json';
    await succeed(folder, 'tar', 'xzf', join(clone, TARBALL), inside);
    file = join(folder, inside);
    document = JSON.parse(readFileSync(file, 'utf8')) as Sbom;
  });

  test('is valid CycloneDX', async () => {
    const program = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read()))`;
    const python = join(cache, 'release-venv/bin/python');
    expect(await succeed(folder, python, '-c', program, file)).toBe('None\n');
  });

  test('lists each bundled package once, and what depends on it', async () => {
    const { inputs } = await buildCommand(join(folder, 'command'));
    const bundled = Object.keys(inputs).flatMap(
      (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
    );
    const expected = [...new Set(bundled)].map((root) => {
      const found = JSON.parse(readFileSync(join(REPOSITORY, root, 'package.json'), 'utf8')) as typeof packageJson;
      return `pkg:npm/${found.name.replace('@', '%40')}@${found.version}`;
    });
    expect(document.components.map(({ purl }) => purl).sort()).toEqual([...new Set(expected)].sort());
    expect(expected.length).toBeGreaterThan(10);

    const reached = new Set([document.metadata.component['bom-ref']]);
    for (const ref of reached) {
      const { dependsOn } = document.dependencies.find((one) => one.ref === ref)!;
      for (const other of dependsOn) reached.add(other);
    }
    expect([...reached].slice(1).sort()).toEqual(document.components.map((one) => one['bom-ref']).sort());
    expect(document.metadata.component).toMatchObject({ name, version });
    for (const { licenses } of document.components) expect(licenses).toHaveLength(1);
  });
});

test('with --publish, it publishes the checked files to npm, PyPI and git', async () => {
  const { code, stdout } = await release('--publish');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Published.') as string });
  const [npm, pypi, ...others] = received;
  expect(others).toEqual([]);
  const tarball = readFileSync(join(clone, TARBALL));
  expect(npm).toMatchObject({ method: 'PUT', url: `/${name}` });
  expect(npm.body.toString()).toContain(createHash('sha512').update(tarball).digest('base64'));
  expect(pypi).toMatchObject({ method: 'POST', url: '/upload' });
  expect(pypi.body.includes(readFileSync(join(clone, WHEEL)))).toBe(true);
  const tag = `v${version}`;
  expect(await succeed(join(folder, 'origin'), 'git', 'tag', '--list')).toBe(`${tag}\n`);

  await reset();
  const again = await release();
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(`${tag} is tagged already`) as string });
});

test('a removed member breaks the API: the check names it, and accepts it as intended with a new version', async () => {
  const files = await succeed(
    clone,
    'git',
    'grep',
    '--files-with-matches',
    'refreshCommand',
    '--',
    'lib',
    'cli',
    'synth',
  );
  for (const file of files.trim().split('\n')) edit(file, (text) => text.replaceAll('refreshCommand', 'refreshNow'));
  await succeed(clone, 'npm', 'run', '--silent', 'build');
  const broken = await checkApi();
  const keys = [...broken.stderr.matchAll(/\[(removed:\S+\.refreshCommand)\]$/gm)].map(([, key]) => key);
  expect(keys).toContain(`removed:${name}.EcrTokenRefresher.refreshCommand`);
  expect(broken.code).toBe(1);

  edit('scripts/release/intended-breaks.txt', (text) => `${text}${keys.join('\n')}\n`);
  edit('package.json', (text) => text.replace(`"version": "${version}"`, '"version": "0.1.9"'));
  expect((await checkApi()).stderr).toContain('the next version is 0.2.0 or later');
  edit('package.json', (text) => text.replace('"version": "0.1.9"', '"version": "0.2.0"'));
  expect(await checkApi()).toMatchObject({ code: 0, stderr: '' });
});

interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly licenses: readonly unknown[];
}

interface Received {
  readonly method?: string;
  readonly url?: string;
  readonly body: Buffer;
}

/** Stands in for the registries of npm and PyPI: they have no package yet, and accept every upload. */
function publicRegistry(request: IncomingMessage, response: ServerResponse): void {
  void readAll(request).then((body) => {
    const { method, url } = request;
    if (method !== 'GET') received.push({ method, url, body });
    response.writeHead(method === 'GET' ? 404 : 200, { 'content-type': 'application/json' }).end('{}');
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
