import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPages } from '../support/code-blocks';
import { readAssembly } from '../../scripts/assembly';
import packageJson from '../../package.json';
import { removeFolder, run, temporaryFolder } from './support/process';
import { requireTools, tool, venv } from './support/tools';

// The packages for the other languages, generated from the compiled jsii module. Python and Go programs run, those in
// Python with the lowest and the newest peers.

const REPOSITORY = join(__dirname, '../..');
const PYTHON = join(venv, 'bin/python');
const PROGRAMS = join(__dirname, 'languages');
const page = readPages().find(({ path }) => path === 'docs/languages.md')!;
const programOf = (language: string) => page.blocks.find((block) => block.language === language)!.text;

let folder: string;
beforeAll(async () => {
  requireTools('python3', 'go');
  folder = temporaryFolder('languages');
  await succeed(REPOSITORY, process.execPath, '--require', '@swc-node/register', 'scripts/package.ts');
  cpSync(join(REPOSITORY, 'packages'), join(folder, 'packages'), { recursive: true });
  const pip: [string, ...string[]] = [PYTHON, '-m', 'pip', '--quiet', '--disable-pip-version-check'];
  await succeed(folder, ...pip, 'wheel', '--no-deps', '--wheel-dir', folder, 'packages/python');
  const [wheel] = readdirSync(folder).filter((file) => file.endsWith('.whl'));
  const lowest = Object.entries(packageJson.peerDependencies).map(([name, range]) => range.replace('^', `${name}==`));
  await succeed(folder, ...pip, 'install', '--target', 'lowest', wheel, ...lowest);
  await succeed(folder, ...pip, 'install', '--target', 'newest', wheel);
}, 400_000);
afterAll(() => removeFolder(folder));

/** Runs a command that must succeed. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const env = {
    ...(process.env as Record<string, string>),
    PYTHONPATH: join(folder, site),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  };
  const { code, stdout, stderr } = await run(command, args, { cwd, env, timeoutMs: 240_000 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** The peers that Python runs with. */
let site = 'lowest';

const typeScript = (file: string): Promise<string> => succeed(REPOSITORY, process.execPath, '--import', 'tsx', file);

let expected: string;
beforeAll(async () => {
  expected = await typeScript(join(PROGRAMS, 'app.ts'));
  expect(expected).toContain("Invalid ContainerRegistry at 'registries/wrong':");
}, 60_000);

test.each(['newest', 'lowest'])(
  'a full program prints the same bytes and the same error in Python as in TypeScript, with the %s peers',
  async (peers) => {
    site = peers;
    expect(await succeed(folder, PYTHON, join(PROGRAMS, 'app.py'))).toBe(expected);
    const [info] = readdirSync(join(folder, site)).filter((file) => /^cdk8s-2.*\.dist-info$/.test(file));
    expect(info === `cdk8s-${packageJson.peerDependencies.cdk8s.replace('^', '')}.dist-info`).toBe(peers === 'lowest');
  },
  120_000,
);

describe('Go', () => {
  beforeAll(async () => {
    // the peers' Go modules are generated in the same way, from the versions that are installed here
    const peers = Object.keys(packageJson.peerDependencies).map((name) => `node_modules/${name}`);
    const pacmak = join(REPOSITORY, 'node_modules/.bin/jsii-pacmak');
    const options = ['--target', 'go', '--code-only', '--no-npmignore', '--outdir', join(folder, 'packages')];
    await succeed(REPOSITORY, pacmak, ...options, ...peers);
    cpSync(join(PROGRAMS, 'go'), join(folder, 'go'), { recursive: true });
    mkdirSync(join(folder, 'go/page'));
    writeFileSync(join(folder, 'go/page/main.go'), programOf('go'));
    await succeed(join(folder, 'go'), tool('go'), 'build', '-mod=readonly', '-trimpath', '-o', 'bin/', './...');
  }, 400_000);

  test('the full program prints the same bytes and the same error', async () => {
    expect(await succeed(folder, join(folder, 'go/bin/languages'))).toBe(expected);
  }, 60_000);

  test('the program of docs/languages.md is formatted', async () => {
    expect(await succeed(folder, join(dirname(tool('go')), 'gofmt'), '-l', 'go')).toBe('');
  });
});

test('the wheel contains the command', async () => {
  site = 'newest';
  const command = join(folder, 'newest/bin', packageJson.name);
  expect(await succeed(folder, PYTHON, command, '--version')).toBe(`${packageJson.version}\n`);
}, 60_000);

test.each([
  ['EcrRegistry', 'rolearn="x"', "unexpected keyword argument 'rolearn'"],
  ['EcrRegistry', 'images={"awscli": "a:1"}', "unexpected keyword argument 'awscli'"],
])(
  'a misspelt prop of %s is an error in Python: %s',
  async (className, props, message) => {
    const program = `
from cdk8s import App, Chart
import primehub_image_registries as library
try:
    address = library.EcrAddress.of(account="123456789012", region="eu-west-1")
    target = library.PushTarget.prefix("ml")
    library.${className}(Chart(App(), "c", namespace="hub"), "it", address=address, target=target, ${props})
except TypeError as error:
    print(error)
`;
    expect(await succeed(folder, PYTHON, '-c', program)).toContain(message);
  },
  60_000,
);

test('the programs of docs/languages.md write the same file in TypeScript, Python and Go', async () => {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(REPOSITORY, join(modules, packageJson.name));
  for (const name of Object.keys(packageJson.peerDependencies)) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
  }
  const tsx = join(REPOSITORY, 'node_modules/tsx/dist/loader.mjs');
  const commands = {
    ts: [process.execPath, '--import', tsx, 'main.ts'],
    python: [PYTHON, 'main.python'],
    go: [join(folder, 'go/bin/page')],
  };
  const written: string[] = [];
  for (const [language, [command, ...args]] of Object.entries(commands)) {
    const cwd = join(folder, 'page', language);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, `main.${language}`), programOf(language));
    await succeed(cwd, command, ...args);
    written.push(readFileSync(join(cwd, 'dist/registries.k8s.yaml'), 'utf8'));
  }
  expect(written).toEqual([written[0], written[0], written[0]]);
}, 120_000);

test.each([
  ['java', 'src/main/java/io/primehub/imageregistries', 'java'],
  ['csharp', '../dotnet/PrimeHub.ImageRegistries/PrimeHub/ImageRegistries', 'cs'],
])('the program of docs/languages.md in %s is the translated one, and its classes exist', (language, at, ending) => {
  const { snippets } = JSON.parse(readFileSync(join(REPOSITORY, '.jsii.tabl.json'), 'utf8')) as Translations;
  const [translated] = Object.values(snippets).flatMap(({ translations }) =>
    translations.$.source === programOf('ts').trim() ? [translations[language].source] : [],
  );
  const statements = (text: string) =>
    text
      .replace(/^(import|using) .*;$/gm, '')
      .replace(/\s+/g, ' ')
      .trim();
  expect(statements(programOf(language))).toContain(statements(translated));

  const ours = Object.keys(readAssembly().types ?? {}).map((fqn) => fqn.split('.')[1]);
  const classes = ours.filter((name) => new RegExp(`\\b${name}\\b`).test(programOf(language)));
  expect(classes).toEqual(expect.arrayContaining(['BuildJobSettings', 'EcrAddressProps', 'PushTarget']));
  const absent = (names: string[]) =>
    names.filter((name) => !existsSync(join(folder, 'packages/java', at, `${name}.${ending}`)));
  expect(absent(ours)).toEqual([]);
  expect(absent(classes)).toEqual([]);
});

test.each([
  ['python', 'README.md', programOf('python')],
  ['java', 'pom.xml', '<artifactId>image-registries</artifactId>'],
  ['go', 'imageregistries/README.md', programOf('go')],
  [
    'dotnet',
    'PrimeHub.ImageRegistries/PrimeHub.ImageRegistries.csproj',
    '<PackageId>PrimeHub.ImageRegistries</PackageId>',
  ],
])('%s is generated', (language, file, part) => {
  expect(readFileSync(join(folder, 'packages', language, file), 'utf8')).toContain(part);
});

/** The output of jsii-rosetta; `$` stands for the program itself. */
interface Translations {
  readonly snippets: Readonly<
    Record<string, { readonly translations: Readonly<Record<string, { readonly source: string }>> }>
  >;
}
