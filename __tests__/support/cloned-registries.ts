import * as fs from 'fs';
import * as path from 'path';
import { outputFiles } from '../../synth/files';
import { readValuesFolder } from '../../values/read';
import { readPage } from './code-blocks';
import { temporaryFolder } from './run-app';

// `registries/` and `dist/` as they are in the repository. People who use it have their own values files there.

/** The values files of the README, by name. */
export const CLONED_REGISTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  readPage('README.md')
    .blocks.filter(({ language }) => language === 'yaml')
    .map(({ tags: [file], text }) => [
      path.basename(file),
      // replaces the comment of each file, so that the line numbers stay the same
      `# yaml-language-server: $schema=../values.schema.json\n#\n${text}`,
    ]),
);

/** Makes a folder and writes the values files into it. */
export function writeClonedRegistries(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(CLONED_REGISTRIES)) fs.writeFileSync(path.join(folder, name), text);
}

/** The files to commit that synth writes for them: the contents by path below `dist/`. */
export function clonedOutput(): Record<string, string> {
  const folder = temporaryFolder();
  writeClonedRegistries(folder);
  const files = [...outputFiles(readValuesFolder(folder).registries)];
  return Object.fromEntries(files.filter(({ secret }) => !secret).map(({ path: file, content }) => [file, content]));
}
