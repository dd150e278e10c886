import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { pack } from './support/tarball';
import { requireTools, tool } from './support/tools';
import { type Outcome, removeFolder, run, temporaryFolder } from './support/process';

const REPOSITORY = join(__dirname, '../..');
const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
const EXAMPLE = join(REPOSITORY, 'examples/primehub');
const DOCKERHUB_TOKEN = 'dckr_pat_only-in-the-test';

interface PackageJson {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

let folder: string;
let tarball: string;
beforeAll(async () => {
  requireTools('helm', 'tar');
  folder = temporaryFolder('package');
  tarball = await pack(folder);
}, 120_000);
afterAll(() => removeFolder(folder));

/** Runs a command that must succeed, with npm's own settings. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const path = `${dirname(tool('helm'))}${delimiter}${process.env.PATH}`;
  const env = { ...(process.env as Record<string, string>), PATH: path, DOCKERHUB_TOKEN };
  const { code, stdout, stderr }: Outcome = await run(command, args, { cwd, env, timeoutMs: 180_000 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

function readPackage(path: string): PackageJson {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as PackageJson;
}

function readFolder(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));
}

/** The lowest version of a range `^1.2.3`. */
function lowest(range: string): string {
  return range.replace('^', '');
}

test('the tarball holds the compiled library, the command, the pages, the example that they mention, and nothing else', async () => {
  await succeed(folder, 'tar', 'xzf', tarball);
  const root = join(folder, 'package');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  expect(files.filter((file) => /^docs\/.*\.md$/.test(file))).toEqual(expect.arrayContaining(['docs/composing.md']));
  expect(files.filter((file) => /^examples\/.*(\bdist\b|\.test\.)/.test(file))).toEqual([]);
  const top = files
    .filter((file) => !/^(build\/|docs\/.*\.(md|svg)$|examples\/(builders|primehub)\/)/.test(file))
    .sort();
  const pages = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
  expect(['.jsii', ...pages, 'package.json', 'values.schema.json']).toEqual(expect.arrayContaining(top));
  expect(top).toEqual(expect.arrayContaining(['.jsii', 'LICENSE', 'package.json', 'values.schema.json']));
  const command = files.filter((file) => file.startsWith('build/cli/'));
  expect(command.sort()).toEqual(
    ['LICENSES.txt', 'command.js', 'index.js', 'sbom.cdx.json'].map((file) => `build/cli/${file}`),
  );
  const built = files.filter((file) => file.startsWith('build/') && !command.includes(file));
  const modules = built.filter((file) => file.endsWith('.js')).map((file) => file.replace(/\.js$/, ''));
  expect(modules).toEqual(expect.arrayContaining(['build/lib/index', 'build/imports/bitnami.com']));
  expect(modules.filter((file) => !/^build\/(lib|imports)\//.test(file))).toEqual([]);
  expect(built.sort()).toEqual(modules.flatMap((file) => [`${file}.d.ts`, `${file}.js`, `${file}.js.map`]).sort());

  const { dependencies, peerDependencies } = readPackage(root);
  expect(dependencies).toBeUndefined();
  const allowed = [...Object.keys(peerDependencies), ...builtinModules];
  const required = modules
    .flatMap((file) => [...readFileSync(join(root, `${file}.js`), 'utf8').matchAll(/require\("([^".][^"]*)"\)/g)])
    .map(([, name]) => name);
  expect([...new Set(required)].filter((name) => !allowed.includes(name))).toEqual([]);

  const map = readFileSync(join(root, 'build/lib/index.js.map'), 'utf8');
  expect((JSON.parse(map) as { sourcesContent: string[] }).sourcesContent[0]).toContain('PushSecret');
});

const synthesized: Record<string, string> = {};

describe.each(['newest', 'lowest'])('installed beside the %s peers', (which) => {
  let app: string;
  beforeAll(async () => {
    app = join(folder, which);
    cpSync(join(__dirname, 'package'), app, { recursive: true });
    writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true }));
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    cpSync(EXAMPLE, join(app, 'example'), { recursive: true });
    writeFileSync(join(app, 'example/tsconfig.json'), JSON.stringify(EXAMPLE_TSCONFIG));
    const { peerDependencies } = readPackage(REPOSITORY);
    // npm installs the newest ones by itself
    const peers =
      which === 'lowest' ? Object.entries(peerDependencies).map(([name, range]) => `${name}@${lowest(range)}`) : [];
    await succeed(app, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', tarball, ...peers);
    for (const [name, range] of Object.entries(peerDependencies)) {
      const { version } = readPackage(join(app, 'node_modules', name));
      expect(version === lowest(range)).toBe(which === 'lowest');
    }
  }, 200_000);

  test('a TypeScript app compiles in strict mode, with our declarations checked too, and synthesizes', async () => {
    await succeed(app, process.execPath, TSC, '-p', '.');
    const yaml = await succeed(app, process.execPath, 'out/app.js');
    const objects = parseAllDocuments(yaml).map((document) => document.toJS() as { kind: string });
    const kinds = objects.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(
      [
        ...['ConfigMap', 'ConfigMap', 'ConfigMap', 'CronJob', 'Deployment', 'ExternalSecret', 'Job', 'PrometheusRule'],
        ...['Role', 'RoleBinding', 'Secret', 'ServiceAccount'],
      ].sort(),
    );
    expect(objects.find(({ kind }) => kind === 'Job')).toMatchObject({ spec: { backoffLimit: 2 } });
    synthesized[which] = yaml;
  }, 120_000);

  test('a plain JavaScript app synthesizes', async () => {
    const yaml = await succeed(app, process.execPath, 'app.mjs');
    expect(parseAllDocuments(yaml)).toHaveLength(6);
    expect(yaml).toContain('pushSecretName: "ecr-push-secret"');
  });

  test('misuse in plain JavaScript is an error of ours, with every problem', async () => {
    const message = await succeed(app, process.execPath, 'misuse.mjs');
    expect(message.split('\n')).toEqual([
      "InvalidValueError: Invalid EcrRegistry at 'chart/registry':",
      expect.stringMatching(/^ {2}- target: expected a PushTarget/),
      expect.stringMatching(/^ {2}- insecureSkipVerfiy: unknown prop; did you mean `insecureSkipVerify`\?/),
      expect.stringMatching(/^ {2}- address: expected an EcrAddress/),
      expect.stringMatching(/^ {2}- ensureRepository: expected true or false/),
      expect.stringMatching(/^ {2}- identity: expected an AwsIdentity/),
      '',
    ]);
  });

  test('the example runs as in the repository, with its Helm chart', async () => {
    await succeed(app, process.execPath, TSC, '-p', 'example');
    await succeed(join(app, 'example'), process.execPath, 'main.js');
    const out = join(folder, 'example');
    const cdk8s = join(REPOSITORY, 'node_modules/.bin/cdk8s');
    await succeed(EXAMPLE, cdk8s, 'synth', '--check-upgrade', 'false', '--output', out);
    const written = readFolder(join(app, 'example/dist'));
    expect(written).toEqual(readFolder(out));
    for (const [file, name] of Object.entries({ hub: 'primehub', labs: 'vision' })) {
      expect(written[`${file}.k8s.yaml`]).toContain(`name: ${name}-console\n  namespace: ${file}`);
    }
  }, 120_000);
});

test('the newest and the lowest peers give the same bytes', () => {
  expect(synthesized.lowest).toBe(synthesized.newest);
});

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    skipLibCheck: false,
    module: 'CommonJS',
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    types: [],
    outDir: 'out',
  },
  files: ['app.ts'],
};
/** The example uses Node's types. It compiles in its own folder, next to its Helm chart. */
const EXAMPLE_TSCONFIG = {
  compilerOptions: {
    ...TSCONFIG.compilerOptions,
    types: ['node'],
    typeRoots: [join(REPOSITORY, 'node_modules/@types')],
    outDir: undefined,
  },
  files: ['main.ts'],
};
