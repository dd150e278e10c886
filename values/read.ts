import * as fs from 'fs';
import * as path from 'path';
import { readRegistry } from './registry/registry';
import { FileReport, MOST_FINDINGS } from './report/file-report';
import { Findings } from './report/findings';
import { RegistryValues } from './registry/registry-values';
import { warnOfExamples } from './schema/examples';
import { parseStructure } from './schema/structure';
import { YamlSource, valueAt } from './yaml/yaml-source';

/** The content of a folder of values files. */
export interface ReadValues {
  /** How many values files there are, also those with mistakes. */
  readonly count: number;
  readonly registries: RegistryValues[];
  /** Files with `customImage.enabled: false`. */
  readonly disabled: string[];
  readonly findings: Findings;
  /** The report of each file, for later findings. */
  readonly reports: ReadonlyMap<string, FileReport>;
}

const MAX_NAME = 40;
const MAX_BYTES = 128 * 1024;

export interface ReadOptions {
  /** Whether to warn about values that come from an example. Synth does not, as it runs more often. */
  readonly warnOfExamples?: boolean;
}

/** Reads and checks every values file of a folder. `findings` has everything that is wrong in any file. */
export function readValuesFolder(folder: string, options: ReadOptions = {}): ReadValues {
  const findings = new Findings();
  const registries: RegistryValues[] = [];
  const disabled: string[] = [];
  const reports = new Map<string, FileReport>();
  const files = listFiles(folder, findings);
  for (const file of files) {
    const opened = openYaml(file, findings);
    if (opened === undefined) continue;
    const { name, source, report } = opened;
    if (valueAt(source.value, ['customImage', 'enabled']) === false) {
      disabled.push(file);
      continue;
    }
    if (options.warnOfExamples) warnOfExamples(source.value, report);
    const values = parseStructure(source.value, source, report);
    if (values === undefined) continue;
    reports.set(file, report);
    const registry = readRegistry(values, name, report);
    if (registry !== undefined) registries.push(registry);
    source.forgetTree();
  }
  reportSharedSecrets(registries, reports);
  return { count: files.length, registries, disabled, findings, reports };
}

/** A values file that is valid YAML and has a mapping at its top level. */
export interface OpenedYaml {
  readonly name: string;
  readonly text: string;
  readonly source: YamlSource;
  readonly report: FileReport;
}

/** Reads a values file, and checks its name and its YAML. */
export function openYaml(file: string, findings: Findings): OpenedYaml | undefined {
  const name = path.basename(file, '.yaml');
  for (const message of nameErrors(name)) findings.fileProblem(file, message);
  const text = readText(file, findings);
  if (text === undefined) return undefined;
  // Editors do not count a byte order mark as a column.
  const source = new YamlSource(text.replace(/^\ufeff/, ''));
  for (const problem of source.problems.slice(0, MOST_FINDINGS))
    findings.problems.push({ file, code: 'yaml', ...problem });
  if (source.problems.length > 0) return undefined;
  const report = new FileReport(file, findings, source);
  if (typeof source.value !== 'object' || source.value === null || Array.isArray(source.value)) {
    const what = source.value === null ? 'the file is empty' : 'the file is not a mapping';
    report.problem([], 'file', `${what}: expected the key customImage, as in registries/dockerhub.yaml`);
    return undefined;
  }
  return { name, text, source, report };
}

function listFiles(folder: string, findings: Findings): string[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder).sort();
  } catch (error) {
    findings.fileProblem(folder, folderError(error as NodeJS.ErrnoException));
    return [];
  }
  const isRead = (name: string) => name.endsWith('.yaml') && !name.startsWith('.');
  const hasOtherEnding = (name: string) => /\.ya?ml$/i.test(name) && !name.endsWith('.yaml');
  const files = names.filter(isRead);
  const unread = names.filter(hasOtherEnding);
  for (const name of unread) {
    findings.fileProblem(path.join(folder, name), 'this file is not read: the name of a values file must end in .yaml');
  }
  for (const name of names.filter((one) => !hasOtherEnding(one) && !isRead(one))) {
    const reason = whyNotRead(path.join(folder, name));
    if (reason !== undefined) findings.fileNote(path.join(folder, name), reason);
  }
  if (files.length === 0 && unread.length === 0) {
    findings.fileProblem(folder, 'this folder has no values file (*.yaml): add one per registry');
  }
  return files.map((name) => path.join(folder, name));
}

/**
 * Why a file or folder is not read, if people may expect it to be: a backup copy, JSON, a folder with values files.
 * Other files, such as key files, may be next to values files.
 */
function whyNotRead(file: string): string | undefined {
  const name = path.basename(file);
  const only = `only *.yaml files directly in ${path.dirname(file)}/ are read`;
  if (/^[^.].*\.ya?ml[.~]/i.test(name)) return `ignored: ${only}`;
  if (/^[^.].*\.json$/i.test(name) && holdsValues(file)) return `ignored: ${only}; write the values as YAML`;
  return !name.startsWith('.') && holdsValuesFiles(file) ? `this folder is ignored: ${only}` : undefined;
}

/** The key customImage at the top level, in YAML or JSON. The files that synth writes have it further inside. */
const HAS_VALUES = /^(?:customImage:|[ \t{]*"customImage"[ \t]*:)/m;

/** Whether a file contains values, whatever its name. */
function holdsValues(file: string): boolean {
  try {
    const stats = fs.statSync(file);
    return stats.isFile() && stats.size <= MAX_BYTES && HAS_VALUES.test(fs.readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

function holdsValuesFiles(folder: string): boolean {
  try {
    const names = fs.readdirSync(folder).filter((name) => /\.ya?ml$/i.test(name));
    return names.some((name) => holdsValues(path.join(folder, name)));
  } catch {
    return false;
  }
}

function folderError({ code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT')
    return 'this folder does not exist: change to the folder that contains it, or let `npx primehub-image-registries init` make registries/';
  if (code === 'ENOTDIR') return 'this is a file: name the folder that contains it';
  return `this folder cannot be read (${code ?? 'unknown reason'})`;
}

/** What is wrong with the name of a values file. */
export function nameErrors(name: string): string[] {
  const errors: string[] = [];
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > MAX_NAME) {
    errors.push(
      `the file's name becomes part of Kubernetes names: expected at most ${MAX_NAME} lower-case letters, digits and "-", then .yaml`,
    );
  }
  if (name.endsWith('-push-secret')) {
    errors.push(
      "the file's name must not end in -push-secret, as git ignores the files in dist/ that end so: choose another name",
    );
  }
  return errors;
}

function readText(file: string, findings: Findings): string | undefined {
  try {
    // Reading a pipe might never end.
    const stat = fs.statSync(file);
    if (!stat.isFile()) {
      findings.fileProblem(file, 'this is a folder, a pipe or a device: a values file must be a regular file');
      return undefined;
    }
    if (stat.size > MAX_BYTES) {
      findings.fileProblem(file, 'the file is larger than 128 KiB, the limit for a values file');
      return undefined;
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fs.readFileSync(file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const message =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'the file is not UTF-8 text: save it as UTF-8'
        : `the file cannot be read (${code})`;
    findings.fileProblem(file, message);
    return undefined;
  }
}

/** Reports files that write the same Secret, as each would overwrite it. */
function reportSharedSecrets(registries: readonly RegistryValues[], reports: ReadonlyMap<string, FileReport>): void {
  const writers = new Map<string, RegistryValues>();
  for (const values of registries) {
    if (values.pushSecret.from === 'existing') continue;
    for (const namespace of values.namespaces) {
      const secret = `${namespace}/${values.pushSecretName}`;
      const other = writers.get(secret);
      writers.set(secret, other ?? values);
      if (other === undefined || other === values) continue;
      reports
        .get(values.file)
        ?.problem(
          ['customImage', 'pushSecretName'],
          'duplicate',
          `${other.file} also writes the Secret ${values.pushSecretName} in the namespace ${namespace}: give one of them another name`,
        );
    }
  }
}
