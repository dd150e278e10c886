/**
 * Writes a module beside each shell script of the token refreshers, as the compiler does not copy .sh files and the
 * library does not read files. It leaves out the comments to keep the manifests short.
 */
import * as fs from 'fs';
import * as path from 'path';

const FOLDER = path.join(__dirname, '../lib/token-refresher');

/** The content that each module should have, by its file. */
export function embeddedModules(): Map<string, string> {
  const scripts = fs.readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'));
  return new Map(
    scripts.sort().map((script) => {
      const file = path.join(FOLDER, script);
      return [file.replace(/\.sh$/, '-sh.ts'), embeddedModule(file)];
    }),
  );
}

function embeddedModule(file: string): string {
  const name = path.basename(file, '.sh').toUpperCase().replaceAll('-', '_');
  const lines = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, ''))
    .filter((line) => !/^\s*(#|$)/.test(line));
  return [
    `// Made from ${path.basename(file)} by \`npm run generate:script\`: change that file, not this one.`,
    '// prettier-ignore',
    `export const ${name} = [`,
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    "].join('\\n');",
    '',
  ].join('\n');
}

if (require.main === module) {
  for (const [file, content] of embeddedModules()) fs.writeFileSync(file, content);
}
