/**
 * Compiles lib/ under jsii: what it accepts, Python, Java, Go and .NET could have too. What is published is the output
 * of TypeScript. In a temporary copy, as jsii emits beside the sources.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import type { Assembly } from '@jsii/spec';

const REPOSITORY = path.join(__dirname, '..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** What jsii's strict rules ask for, and no more. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2022'],
    module: 'CommonJS',
    types: ['node'],
    strict: true,
    declaration: true,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmitOnError: true,
  },
  include: ['lib', 'imports'],
  exclude: ['node_modules'],
};

/**
 * Compiles the library and returns jsii's description of its API.
 *
 * @throws Error with what jsii printed, where there is an error or a warning
 */
export function compileUnderJsii(): Assembly {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jsii-'));
  try {
    for (const source of ['lib', 'imports']) {
      fs.cpSync(path.join(REPOSITORY, source), path.join(folder, source), { recursive: true });
    }
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(folder, 'node_modules'));
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(jsiiPackage()));
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    runJsii(folder);
    return JSON.parse(fs.readFileSync(path.join(folder, '.jsii'), 'utf8')) as Assembly;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Our package.json with what jsii insists on besides. */
function jsiiPackage(): object {
  const text = fs.readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8');
  const { name, version, description, license, peerDependencies } = JSON.parse(text) as PackageJson;
  // jsii wants to be compiled against the lowest peers. What is installed are the newest; test:e2e tries the lowest.
  const lowest = Object.entries(peerDependencies).map(([peer, range]) => [peer, /[0-9]+(\.[0-9]+)+/.exec(range)?.[0]]);
  return {
    name,
    version,
    description,
    license,
    peerDependencies,
    devDependencies: Object.fromEntries(lowest) as unknown,
    main: 'lib/index.js',
    types: 'lib/index.d.ts',
    author: { name: 'not published from here' },
    repository: { url: 'https://example.com/not-published-from-here.git' },
    stability: 'stable',
    jsii: { outdir: 'dist', targets: {} },
  };
}

function runJsii(folder: string): void {
  const jsii = path.join(REPOSITORY, 'node_modules/jsii/bin/jsii');
  const args = ['--tsconfig', 'tsconfig.json', '--validate-tsconfig', 'strict', '--fail-on-warnings'];
  // Kubernetes' own words stay, though `namespace` is a keyword of C#: jsii escapes it there.
  const silenced = ['reserved-word', 'missing-readme'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [jsii, ...args, '--silence-warnings', ...silenced, '--', folder],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } },
  );
  if (status === 0) return;
  throw new Error(`jsii refuses lib/:\n${`${stdout}${stderr}`.replaceAll(folder, '.')}`);
}

if (require.main === module) {
  try {
    const { types = {} } = compileUnderJsii();
    console.log(`jsii accepts lib/: ${Object.keys(types).length} types`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
