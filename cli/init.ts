import * as fs from 'fs';
import * as path from 'path';
import { writeValuesFile } from './add';
import { type Kind, KINDS, TITLES } from './kinds';
import { obstacleToChange, obstacleToNew, writeNew } from './new-file';
import { REGISTRIES } from './output';
import { packageFolder } from './package-folder';
import { checkCommand, ignoreLines, packageManager, withOurs } from './project-files';
import type { Streams } from './streams';

const VSCODE = path.join('.vscode', 'settings.json');

// This runs Node directly on the file, as npx takes a second longer to start.
const cdk8sYaml = (ours: string) => `language: typescript
app: node ${ours}/build/cli/index.js synth
output: dist
`;

/**
 * Prepares the working directory. It keeps what exists: it only adds files, and lines and keys to the two shared files.
 */
export async function init(given: readonly string[] | undefined, streams: Streams): Promise<number> {
  const { stdout, stderr } = streams;
  const obstacle = [
    ...[path.join(REGISTRIES, 'x.yaml'), 'cdk8s.yaml', VSCODE].map(obstacleToNew),
    ...['.gitignore', 'package.json'].map(obstacleToChange),
  ].find((one) => one !== undefined);
  const packageJson = obstacle === undefined ? withOurs(textOf('package.json')) : { problem: obstacle };
  if ('problem' in packageJson) {
    stderr.write(`Nothing was written: ${packageJson.problem}\n`);
    return 1;
  }
  const kinds = given ?? (streams.stdin.isTTY && stderr.isTTY ? await ask(streams) : []);
  if (kinds === undefined) {
    stderr.write('Nothing was written.\n');
    return 1;
  }
  const report = (file: string, written: boolean, otherwise: string) => {
    if (written) stdout.write(`${file}\n`);
    else stderr.write(`Kept: ${file}${otherwise}\n`);
  };
  for (const kind of new Set(kinds as readonly Kind[])) {
    report(path.join(REGISTRIES, `${kind}.yaml`), writeValuesFile(kind, kind, REGISTRIES), '');
  }
  const ours = packageFolder();
  const cdk8s = cdk8sYaml(ours);
  const isOurs = textOf('cdk8s.yaml')?.replaceAll('\r\n', '\n') === cdk8s;
  const needed = isOurs ? '' : `; \`cdk8s synth\` needs this in it:\n${indent(cdk8s)}`;
  report('cdk8s.yaml', writeNew('cdk8s.yaml', cdk8s), needed);
  const schemas = { [`${ours}/values.schema.json`]: `${REGISTRIES}/*.yaml` };
  const settings = `${JSON.stringify({ 'yaml.schemas': schemas }, null, 2)}\n`;
  report(VSCODE, writeNew(VSCODE, settings), '; each values file names its schema in its first line');
  report('.gitignore', addIgnoreLines(), ', which has the lines already');
  if (packageJson.changed) fs.writeFileSync('package.json', packageJson.text);
  report('package.json', packageJson.changed, ', which has the dependency and the scripts already');

  const first = kinds.length === 0 ? 'npx primehub-image-registries add <kind>; ' : '';
  const fill = `fill in what is in angle brackets in ${REGISTRIES}/, then ${checkCommand()}`;
  stderr.write(`Next: ${packageManager()} install; ${first}${fill}\n`);
  return 0;
}

async function ask({ stdin, stderr }: Streams): Promise<readonly Kind[] | undefined> {
  const { isCancel, multiselect } = await import('@clack/prompts');
  const kinds = await multiselect<Kind>({
    message: 'Which registries are images pushed to? (space to choose, enter when done)',
    options: KINDS.map((value) => ({ value, label: TITLES[value] })),
    input: stdin as NodeJS.ReadStream,
    output: stderr as NodeJS.WriteStream,
  });
  return isCancel(kinds) ? undefined : kinds;
}

function addIgnoreLines(): boolean {
  const before = textOf('.gitignore') ?? '';
  const lines = ignoreLines(before);
  if (lines !== '') fs.writeFileSync('.gitignore', before + lines);
  return lines !== '';
}

function textOf(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '  ');
}
