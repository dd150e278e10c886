import * as fs from 'fs';
import * as path from 'path';
import { formatFindings } from '../../../values/report/findings';
import { ReadValues, readValuesFolder } from '../../../values/read';
import { temporaryFolder } from '../../support/run-app';

/** The files of a folder of values files; one alone is dockerhub.yaml. */
export type ValuesFiles = string | Buffer | Readonly<Record<string, string | Buffer>>;

/** Writes values files into a new folder `registries`, and returns its path. */
export function writeValues(files: ValuesFiles): string {
  const folder = path.join(temporaryFolder(), 'registries');
  fs.mkdirSync(folder);
  const named = typeof files === 'string' || Buffer.isBuffer(files) ? { 'dockerhub.yaml': files } : files;
  for (const [name, content] of Object.entries(named)) fs.writeFileSync(path.join(folder, name), content);
  return folder;
}

/** What is read from values files, with the texts of problems, warnings and notes as an operator sees them. */
export function readValues(files: ValuesFiles): ReadValues & { problems: string; warnings: string; notes: string } {
  const folder = writeValues(files);
  const read = readValuesFolder(folder);
  const text = (of: 'problems' | 'warnings' | 'notes') =>
    formatFindings(read.findings[of]).replaceAll(`${path.dirname(folder)}/`, '');
  return { ...read, problems: text('problems'), warnings: text('warnings'), notes: text('notes') };
}

const DOCKER_HUB: Keys = {
  registryEndpoint: 'docker.io',
  registryUsername: 'exampleteam',
  registryPassword: 'secret',
  pushRepo: 'docker.io/exampleteam/notebooks',
};

type Keys = Readonly<Record<string, string | undefined>>;

/** A values file of Docker Hub, a line a key below `customImage:`, with some keys changed, added or (undefined) left out. */
export function dockerHub(change: Keys = {}): string {
  const keys = Object.entries({ ...DOCKER_HUB, ...change });
  const lines = keys.map(([key, value]) => (value === undefined ? '' : `  ${key}: ${value}\n`));
  return `customImage:\n${lines.join('')}`;
}

/** The text of findings from its lines, which is how tests are read best. */
export function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('');
}
