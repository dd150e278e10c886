import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import packageJson from '../package.json';

const ROOT = path.join(__dirname, '..');

/** What we read of npm's CycloneDX document; the rest is handed on. */
interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
interface Component {
  readonly 'bom-ref': string;
}

/**
 * The software bill of materials of what is published, in CycloneDX: the packages that are bundled into the command.
 * npm's own lists what the repository needs for development instead, and nothing else, as the published package has no
 * dependencies. So it is cut down to the bundle.
 */
export function sbom(packageFolders: readonly string[]): string {
  const options = ['--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
  const text = execFileSync('npm', ['sbom', ...options], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const all = JSON.parse(text) as Sbom;
  const { component } = all.metadata;
  const bundled = packageFolders.map((folder) => {
    const file = path.join(ROOT, folder, 'package.json');
    const { name, version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { name: string; version: string };
    const found = all.components.find((one) => one['bom-ref'] === `${name}@${version}`);
    if (found === undefined)
      throw new Error(`${folder} holds ${name} ${version}, which package-lock.json does not have`);
    return found;
  });
  const refs = new Set([component, ...bundled].map((one) => one['bom-ref']));
  const document = {
    ...all,
    // both are others in each run: the same sources give the same package
    serialNumber: undefined,
    metadata: { ...all.metadata, timestamp: undefined, component: { ...component, name: packageJson.name } },
    components: [...new Set(bundled)].map((one) => ({
      ...one,
      // npm's word for how this repository depends on it
      properties: undefined,
      evidence: { occurrences: [{ location: 'build/cli/command.js' }] },
    })),
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn?.filter((other) => refs.has(other)) })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
