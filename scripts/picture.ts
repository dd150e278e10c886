import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PassThrough } from 'stream';
import { runCommand } from '../cli/program';

const CHARACTER = 8.4;
const LINE = 20;
const MARGIN = 16;
/** The width of the terminal in characters. Longer lines wrap. */
const COLUMNS = 110;
const COLOURS: Readonly<Record<string, string>> = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341' };

/** Files with three common mistakes. */
const FILES: Readonly<Record<string, string>> = {
  'dockerhub.yaml': `customImage:
  registryEndpoint: docker.io
  registryUsername: acmebot
  registryPasswordForm: { env: DOCKERHUB_TOKEN }
  pushRepo: docker.io/acme/notebooks
`,
  'ecr.yaml': `aws: { account: 047190382615, region: eu-west-1 }
customImage:
  registryEndpoint: https://047190382615.dkr.ecr.eu-west-1.amazonaws.com
  pushRepo: 047190382615.dkr.ecr.eu-west-1.amazonaws.com/notebooks
`,
  'harbor.yaml': `customImage:
  registryEndpoint: https://harbor.acme.dev:8443
  registryUsername: robot$notebooks
  registryPasswordFrom: { env: HARBOR_PASSWORD }
  pushRepo: harbor.acme.dev/notebooks/custom
`,
};

/** A picture of a terminal with the output of a real run of `check` on files with mistakes. */
export async function checkPicture(): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'picture-'));
  const home = process.cwd();
  try {
    fs.mkdirSync(path.join(folder, 'registries'));
    for (const [name, text] of Object.entries(FILES)) fs.writeFileSync(path.join(folder, 'registries', name), text);
    process.chdir(folder);
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    await runCommand(['check'], { stdin: new PassThrough(), stdout: new PassThrough(), stderr });
    return terminalPicture(`$ npx primehub-image-registries check\n${String(stderr.read())}`);
  } finally {
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
  }
}

/** A picture of a terminal with a text in it, coloured as the text says. */
export function terminalPicture(text: string): string {
  const lines = text.trimEnd().split('\n').flatMap(broken);
  const [width, height] = [COLUMNS * CHARACTER + 2 * MARGIN, lines.length * LINE + 2 * MARGIN];
  const rows = lines.map((line, i) => `<text x="${MARGIN}" y="${MARGIN + (i + 0.75) * LINE}">${spans(line)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`;
}

function broken(line: string): string[] {
  const indent = /^ */.exec(line)![0];
  const rows = [''];
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    if (plain(rows.at(-1)! + word).trimEnd().length > COLUMNS) rows.push(indent);
    rows[rows.length - 1] += word;
  }
  return rows;
}

function plain(text: string): string {
  return text.replace(/\x1b\[\d+m/g, '');
}

function spans(line: string): string {
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return escaped.replace(/\x1b\[(\d+)m(.*?)\x1b\[\d+m/g, (_, code: string, text: string) =>
    code in COLOURS ? `<tspan fill="${COLOURS[code]}">${text}</tspan>` : `<tspan font-weight="bold">${text}</tspan>`,
  );
}
