import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPages } from '../support/code-blocks';
import packageJson from '../../package.json';
import { removeFolder, run, temporaryFolder } from './support/process';
import { requireTools, venv } from './support/tools';

// The packages of the other languages, out of what jsii compiled. Python is run, beside the lowest peers.

const REPOSITORY = join(__dirname, '../..');
const PYTHON = join(venv, 'bin/python');

let folder: string;
beforeAll(async () => {
  requireTools('python3');
  folder = temporaryFolder('languages');
  await succeed(REPOSITORY, 'npm', 'run', '--silent', 'package');
  cpSync(join(REPOSITORY, 'packages'), join(folder, 'packages'), { recursive: true });
  const pip: [string, ...string[]] = [PYTHON, '-m', 'pip', '--quiet', '--disable-pip-version-check'];
  await succeed(folder, ...pip, 'wheel', '--no-deps', '--wheel-dir', folder, 'packages/python');
  const [wheel] = readdirSync(folder).filter((file) => file.endsWith('.whl'));
  const peers = Object.entries(packageJson.peerDependencies).map(([name, range]) => range.replace('^', `${name}==`));
  await succeed(folder, ...pip, 'install', '--target', 'site', wheel, ...peers);
}, 300_000);
afterAll(() => removeFolder(folder));

/** Runs a command to its good end. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const env = {
    ...(process.env as Record<string, string>),
    PYTHONPATH: join(folder, 'site'),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  };
  const { code, stdout, stderr } = await run(command, args, { cwd, env, timeoutMs: 240_000 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

const typeScript = (file: string): Promise<string> => succeed(REPOSITORY, process.execPath, '--import', 'tsx', file);

test('a full program prints the same bytes and the same error in Python as in TypeScript', async () => {
  const programs = join(__dirname, 'languages');
  const python = await succeed(folder, PYTHON, join(programs, 'app.py'));
  expect(python).toBe(await typeScript(join(programs, 'app.ts')));
  expect(python).toContain("Invalid ContainerRegistry at 'registries/wrong':");
}, 120_000);

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

test('the programs of docs/languages.md write the same file', async () => {
  const { blocks } = readPages().find(({ path }) => path === 'docs/languages.md')!;
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(REPOSITORY, join(modules, packageJson.name));
  for (const name of Object.keys(packageJson.peerDependencies)) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
  }
  const tsx = join(REPOSITORY, 'node_modules/tsx/dist/loader.mjs');
  const commands = { python: [PYTHON], ts: [process.execPath, '--import', tsx] };
  const written: string[] = [];
  for (const [language, [command, ...args]] of Object.entries(commands)) {
    const cwd = join(folder, language);
    mkdirSync(cwd);
    writeFileSync(join(cwd, `main.${language}`), blocks.find((block) => block.language === language)!.text);
    await succeed(cwd, command, ...args, `main.${language}`);
    written.push(readFileSync(join(cwd, 'dist/registries.k8s.yaml'), 'utf8'));
  }
  expect(written[0]).toBe(written[1]);
}, 120_000);

test.each([
  ['python', 'README.md', 'registry = EcrRegistry(chart, "ecr",'],
  ['java', 'pom.xml', '<artifactId>image-registries</artifactId>'],
  ['go', 'imageregistries/README.md', 'imageregistries.NewEcrRegistry('],
  [
    'dotnet',
    'PrimeHub.ImageRegistries/PrimeHub.ImageRegistries.csproj',
    '<PackageId>PrimeHub.ImageRegistries</PackageId>',
  ],
])('%s is generated', (language, file, part) => {
  expect(readFileSync(join(folder, 'packages', language, file), 'utf8')).toContain(part);
});
