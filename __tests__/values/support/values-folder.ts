import * as fs from 'fs';
import * as path from 'path';
import { Finding, formatFindings, inOrder } from '../../../values/report/findings';
import { ReadValues, readValuesFolder } from '../../../values/read';
import { temporaryFolder } from '../../support/run-app';

/** The files of a folder of values files. A single text is the file dockerhub.yaml. */
export type ValuesFiles = string | Buffer | Readonly<Record<string, string | Buffer>>;

/** Writes values files into a new folder `registries`, and returns its path. */
export function writeValues(files: ValuesFiles): string {
  const folder = path.join(temporaryFolder(), 'registries');
  fs.mkdirSync(folder);
  const named = typeof files === 'string' || Buffer.isBuffer(files) ? { 'dockerhub.yaml': files } : files;
  for (const [name, content] of Object.entries(named)) fs.writeFileSync(path.join(folder, name), content);
  return folder;
}

/** The result of reading values files, with the problems, warnings and notes as users see them. */
export function readValues(files: ValuesFiles): ReadValues & { problems: string; warnings: string; notes: string } {
  const folder = writeValues(files);
  const read = readValuesFolder(folder);
  const text = (of: 'problems' | 'warnings' | 'notes') =>
    formatFindings(read.findings[of]).replaceAll(`${path.dirname(folder)}/`, '');
  return { ...read, problems: text('problems'), warnings: text('warnings'), notes: text('notes') };
}

/**
 * The findings of values files, one line each: `5:13 customImage.pushRepo malformed`, after the name of the file if there
 * are several. If the expected line has words after a `: `, they follow if the message has them, else the whole message.
 */
export function found(
  files: ValuesFiles,
  expected: readonly string[] = [],
  of: 'problems' | 'warnings' | 'notes' = 'problems',
): string[] {
  const isMany = typeof files === 'object' && !Buffer.isBuffer(files) && Object.keys(files).length > 1;
  return told(readValues(files).findings[of], expected, isMany);
}

/** Findings in the form of `found`. */
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

/** A values file of Docker Hub, with some keys of `customImage` changed, added or, if undefined, left out. */
export function dockerHub(change: Keys = {}): string {
  const keys = Object.entries({ ...DOCKER_HUB, ...change });
  const lines = keys.map(([key, value]) => (value === undefined ? '' : `  ${key}: ${value}\n`));
  return `customImage:\n${lines.join('')}`;
}

export const ECR_HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** A values file of ECR, with more lines in `aws` and in `customImage`. */
export function ecr(aws = '', customImage = ''): string {
  const registry = `  registryEndpoint: https://${ECR_HOST}\n  pushRepo: ${ECR_HOST}/team/notebooks\n`;
  return `aws:\n  account: "123456789012"\n  region: eu-west-1\n${aws}customImage:\n${registry}${customImage}`;
}
