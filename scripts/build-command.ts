import * as fs from 'fs';
import * as path from 'path';
import { buildSync, type Metafile } from 'esbuild';
import { sbom } from './sbom';

const ROOT = path.join(__dirname, '..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Licences whose packages may be handed on in the bundle as it is. */
const PERMITTED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/**
 * Bundles the command with all that it needs into a folder, so that who installs it needs Node alone, and who uses the
 * library gets none of it; and writes the licences of what is in the bundle beside it.
 *
 * @returns what the bundle is made of
 */
export function buildCommand(folder: string): Metafile {
  const options = { bundle: true, platform: 'node', target: 'node20.16', absWorkingDir: ROOT } as const;
  const { metafile } = buildSync({
    ...options,
    entryPoints: { command: 'cli/index.ts' },
    outdir: folder,
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  buildSync({
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

/** The texts of the licences of all packages in a bundle. */
function licences({ inputs }: Metafile): string {
  const texts = packageFolders(inputs).map((root) => {
    const read = (file: string) => fs.readFileSync(path.join(ROOT, root, file), 'utf8');
    const { name, version, license } = JSON.parse(read('package.json')) as PackageJson;
    if (!PERMITTED.includes(license)) throw new Error(`${name} has the licence ${license}: may the bundle hold it?`);
    const texts = fs.readdirSync(path.join(ROOT, root)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    if (texts.length === 0) throw new Error(`${name} brings no text of its licence`);
    return `${name} ${version} (${license})\n\n${texts.map((file) => read(file).trim()).join('\n\n')}\n`;
  });
  return `command.js holds these packages:\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The folders of the packages in a bundle. */
function packageFolders(inputs: Metafile['inputs']): string[] {
  const folders = Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

if (require.main === module) {
  const folder = path.join(ROOT, 'build/cli');
  const { inputs } = buildCommand(folder);
  fs.writeFileSync(path.join(folder, 'sbom.cdx.json'), sbom(packageFolders(inputs)));
}
