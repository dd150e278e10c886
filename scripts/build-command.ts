import * as fs from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { sbom } from './sbom';

const load = createRequire(__filename);
const ROOT = path.join(__dirname, '..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Licences that allow us to redistribute a package in the bundle. */
const PERMITTED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/**
 * Bundles the command with its dependencies into a folder. Users of the command then need only Node, and users of the
 * library do not get these dependencies. It also writes the licences of the bundled packages.
 *
 * @returns what the bundle is made of
 */
export async function buildCommand(folder: string): Promise<Metafile> {
  const options = { bundle: true, platform: 'node', target: 'node20.16', absWorkingDir: ROOT } as const;
  const { metafile } = await build({
    ...options,
    entryPoints: { command: 'cli/index.ts' },
    outdir: folder,
    plugins: [loadLazily, computeLess],
    // cdk8s brings a copy of its own, and none of what we call uses it.
    alias: { yaml: path.dirname(require.resolve('yaml/package.json')) },
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  await build({
    ...options,
    entryPoints: { index: 'cli/start.ts' },
    outdir: folder,
    external: ['./command.js'],
    logLevel: 'error',
  });
  fs.chmodSync(path.join(folder, 'index.js'), 0o755);
  fs.writeFileSync(path.join(folder, 'LICENSES.txt'), licences(metafile));
  return metafile;
}

/** What costs much to load, and a run needs little of. */
const SLOW_BUILTINS = /^(?:node:)?(?:child_process|crypto)$/;
const SLOW_INDEXES = /node_modules\/(?:cdk8s|cdk8s-plus-27)\/lib\/index\.js$/;

/** Loads modules when something of them is used first: half of the time of a small synth would go to loading them. */
const loadLazily: Plugin = {
  name: 'load-lazily',
  setup(build) {
    build.onResolve({ filter: SLOW_BUILTINS }, ({ path: name, namespace }) =>
      namespace === 'lazy' ? { path: name, external: true } : { path: name, namespace: 'lazy' },
    );
    build.onLoad({ filter: SLOW_BUILTINS, namespace: 'lazy' }, ({ path: name }) => ({
      contents: lazyExports(name, name),
    }));
    build.onLoad({ filter: SLOW_INDEXES }, ({ path: file }) => ({
      contents: fs
        .readFileSync(file, 'utf8')
        .replace(/^__exportStar\(require\("(.+)"\), exports\);$/gm, (_, name: string) =>
          lazyExports(name, path.join(path.dirname(file), name)),
        ),
    }));
  },
};

/** Slow parts of cdk8s that run for each value, and what does the same in less time. */
const SLOW_CODE: readonly { readonly file: RegExp; readonly changes: readonly (readonly [RegExp, string])[] }[] = [
  {
    file: /node_modules\/cdk8s-plus-27\/lib\/imports\/k8s\.js$/,
    changes: [
      // It copies the object once per key.
      [/return Object\.entries\(result\)\.reduce\(.+\);$/gm, 'return defined(result);'],
      [
        /^"use strict";$/gm,
        `$&
        function defined(members) {
          const result = {};
          for (const key of Object.keys(members)) if (members[key] !== undefined) result[key] = members[key];
          return result;
        }`,
      ],
    ],
  },
  {
    file: /node_modules\/cdk8s\/lib\/resolve\.js$/,
    changes: [
      // We add no resolvers, and those of cdk8s replace only objects of classes, and what has a method `resolve`.
      [
        /const resolvers = app_1\.App\.of\(apiObject\)\.resolvers;/g,
        `if (typeof value !== 'object' || value === null) return value;
        if (Array.isArray(value)) return value.map((item) => resolve(key, item, apiObject));
        if (value.constructor === Object && typeof value.resolve !== 'function') {
          const result = {};
          for (const member of Object.keys(value)) result[member] = resolve(key, value[member], apiObject);
          return result;
        }
        $&`,
      ],
      // Only resolvers look at the key.
      [/\[\.\.\.key, (?:k|`\$\{i\}`)\]/g, 'key'],
    ],
  },
];

/** Replaces slow code of cdk8s in the bundle. */
const computeLess: Plugin = {
  name: 'compute-less',
  setup(build) {
    for (const { file, changes } of SLOW_CODE) {
      build.onLoad({ filter: file }, ({ path: name }) => {
        const change = (code: string, [slow, quick]: readonly [RegExp, string]) => {
          if (code.search(slow) < 0) throw new Error(`${name} no longer contains ${String(slow)}: change SLOW_CODE`);
          return code.replace(slow, quick);
        };
        return { contents: changes.reduce(change, fs.readFileSync(name, 'utf8')) };
      });
    }
  },
};

/** Code that exports what a module exports, and loads it no sooner. */
function lazyExports(name: string, file: string): string {
  const names = Object.keys(load(file) as object);
  const define = 'const define = (key, how) => Object.defineProperty(exports, key, { enumerable: true, ...how });\n';
  const getters = names.map(
    (key) => `define("${key}", { configurable: true, get() {
      const value = require("${name}").${key};
      if (value !== undefined) define("${key}", { value });
      return value;
    } });\n`,
  );
  return `{ ${define}${getters.join('')} }`;
}

/** The licence texts of all packages in a bundle. */
function licences({ inputs }: Metafile): string {
  const texts = packageFolders(inputs).map((root) => {
    const read = (file: string) => fs.readFileSync(path.join(ROOT, root, file), 'utf8');
    const { name, version, license } = JSON.parse(read('package.json')) as PackageJson;
    if (!PERMITTED.includes(license))
      throw new Error(
        `${name} has the licence ${license}: check that the bundle may contain it, and add it to PERMITTED`,
      );
    const texts = fs.readdirSync(path.join(ROOT, root)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    if (texts.length === 0) throw new Error(`${name} contains no licence text`);
    return `${name} ${version} (${license})\n\n${texts.map((file) => read(file).trim()).join('\n\n')}\n`;
  });
  return `command.js contains these packages:\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The folders of the packages in a bundle. */
function packageFolders(inputs: Metafile['inputs']): string[] {
  const folders = Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

if (require.main === module) {
  const folder = path.join(ROOT, 'build/cli');
  void buildCommand(folder).then(({ inputs }) =>
    fs.writeFileSync(path.join(folder, 'sbom.cdx.json'), sbom(packageFolders(inputs))),
  );
}
