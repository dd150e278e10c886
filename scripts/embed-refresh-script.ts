/**
 * Writes lib/token-refresher/refresh-script.ts from lib/token-refresher/refresh-ecr-token.sh: `tsc` copies no .sh files, and the library reads
 * none. Comments stay behind, to keep the manifests short.
 */
import * as fs from 'fs';
import * as path from 'path';

const FOLDER = path.join(__dirname, '../lib/token-refresher');
const SOURCE = path.join(FOLDER, 'refresh-ecr-token.sh');

/** The module that embeds the script as it is now. */
export function embeddedModule(): string {
  const lines = fs
    .readFileSync(SOURCE, 'utf8')
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, ''))
    .filter((line) => !/^\s*(#|$)/.test(line));
  return [
    '// Made from refresh-ecr-token.sh by scripts/embed-refresh-script.ts.',
    '/** The script of the AWS container, without its comments. */',
    '// prettier-ignore',
    'export const REFRESH_SCRIPT = [',
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    "].join('\\n');",
    '',
  ].join('\n');
}

if (require.main === module) fs.writeFileSync(path.join(FOLDER, 'refresh-script.ts'), embeddedModule());
