import * as fs from 'fs';
import * as path from 'path';
import { Finding, formatFindings, inOrder } from '../../../values/report/findings';
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

/**
 * What is found in values files, a line each: `5:13 customImage.pushRepo malformed`, with the name of the file before it
 * where there are more. Words that are expected after a `: ` stand there if the message has them; else the whole message.
 */
export function found(
  files: ValuesFiles,
  expected: readonly string[] = [],
  of: 'problems' | 'warnings' | 'notes' = 'problems',
): string[] {
  const isMany = typeof files === 'object' && !Buffer.isBuffer(files) && Object.keys(files).length > 1;
  return told(readValues(files).findings[of], expected, isMany);
}

/** Findings as `found` has them. */
export function told(findings: readonly Finding[], expected: readonly string[] = [], isMany = false): string[] {
  return inOrder(findings).map(({ file, line, column, key, code, message }) => {
    const name = isMany ? path.basename(file) : undefined;
    const place = line === undefined ? [name] : [name, line, column];
    const parts = [place.filter((part) => part !== undefined).join(':'), key, code];
    const short = parts.filter((part) => part !== undefined && part !== '').join(' ');
    const wanted = expected.find((one) => one.startsWith(`${short}: `));
    if (wanted === undefined) return short;
    const words = wanted.slice(short.length + 2).split(' … ');
    return words.every((one) => message.includes(one)) ? wanted : `${short}: ${message}`;
  });
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

export const ECR_HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** A values file of ECR with more lines below `aws:` and below `customImage:`. */
export function ecr(aws = '', customImage = ''): string {
  const registry = `  registryEndpoint: https://${ECR_HOST}\n  pushRepo: ${ECR_HOST}/team/notebooks\n`;
  return `aws:\n  account: "123456789012"\n  region: eu-west-1\n${aws}customImage:\n${registry}${customImage}`;
}
