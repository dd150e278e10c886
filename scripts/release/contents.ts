import { execFileSync } from 'child_process';

/**
 * Throws if the tarball to publish lacks a licence, or if its two lists of what is bundled, the licences and the bill of
 * materials, disagree.
 */
export function checkContents(tarball: string): void {
  const read = (file: string) =>
    execFileSync('tar', ['--extract', '--gzip', '--to-stdout', '--file', tarball, `package/${file}`], {
      encoding: 'utf8',
    });
  if (!read('LICENSE').includes('Apache License')) throw new Error('LICENSE is not the licence of package.json');
  const licences = [...read('build/cli/LICENSES.txt').matchAll(/^(\S+) (\d\S*) \(.+\)$/gm)];
  const { components } = JSON.parse(read('build/cli/sbom.cdx.json')) as { components: { 'bom-ref': string }[] };
  const [licensed, listed] = [
    licences.map(([, name, version]) => `${name}@${version}`),
    components.map((component) => component['bom-ref']),
  ].map((names) => [...new Set(names)].sort().join(' '));
  if (licensed === '' || licensed !== listed) {
    throw new Error(`LICENSES.txt has\n${licensed}\nand sbom.cdx.json has\n${listed}`);
  }
}
