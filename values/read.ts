import * as fs from 'fs';
import * as path from 'path';
import { checkValues } from './registry/check';
import { FileReport } from './report/file-report';
import { Findings } from './report/findings';
import { RegistryValues } from './registry/registry-values';
import { Values } from './schema/schema';
import { parseStructure } from './schema/structure';
import { YamlSource } from './yaml/yaml-source';

/** What a folder of values files says. */
export interface ReadValues {
  readonly registries: RegistryValues[];
  /** Files with `customImage.enabled: false`. */
  readonly disabled: string[];
  readonly findings: Findings;
  /** Where further findings of a file go. */
  readonly reports: ReadonlyMap<string, FileReport>;
}

const MAX_NAME = 40;
const MAX_BYTES = 1024 * 1024;

/** Reads and checks every values file of a folder. All that is wrong, in all files, goes to `findings`. */
export function readValuesFolder(folder: string): ReadValues {
  const findings = new Findings();
  const registries: RegistryValues[] = [];
  const disabled: string[] = [];
  const reports = new Map<string, FileReport>();
  for (const file of listFiles(folder, findings)) {
    const opened = openValuesFile(file, findings);
    if (opened === 'disabled') disabled.push(file);
    if (opened === undefined || opened === 'disabled') continue;
    reports.set(file, opened.report);
    const checked = checkValues(opened.values, opened.name, opened.report);
    if (checked !== undefined) registries.push(checked);
  }
  reportSharedSecrets(registries, reports);
  return { registries, disabled, findings, reports };
}

/** A values file with the keys and types of the schema, not yet checked beyond that. */
export interface OpenedValues {
  readonly name: string;
  readonly text: string;
  readonly values: Values;
  readonly report: FileReport;
}

/** Reads a values file and checks its keys and types. */
export function openValuesFile(file: string, findings: Findings): OpenedValues | 'disabled' | undefined {
  const name = path.basename(file, '.yaml');
  const problems = nameFaults(name);
  for (const message of problems) findings.problems.push({ file, message });
  const text = readText(file, findings);
  if (text === undefined) return undefined;
  // Columns are counted as editors count them, without a byte order mark.
  const source = new YamlSource(text.replace(/^\ufeff/, ''));
  for (const problem of source.problems) findings.problems.push({ file, ...problem });
  if (source.problems.length > 0) return undefined;
  const report = new FileReport(file, findings, source);
  if (typeof source.value !== 'object' || source.value === null || Array.isArray(source.value)) {
    const what = source.value === null ? 'the file is empty' : 'the file holds no mapping';
    report.problem([], `${what}; a values file has the key customImage, as in registries/dockerhub.yaml`);
    return undefined;
  }
  if ((source.value as { customImage?: { enabled?: unknown } }).customImage?.enabled === false) return 'disabled';
  const values = parseStructure(source, report);
  return values === undefined ? undefined : { name, text, values, report };
}

function listFiles(folder: string, findings: Findings): string[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder).sort();
  } catch (error) {
    findings.problems.push({ file: folder, message: folderFault(folder, error as NodeJS.ErrnoException) });
    return [];
  }
  const files = names.filter((name) => name.endsWith('.yaml') && !name.startsWith('.'));
  const unread = names.filter((name) => /\.ya?ml$/i.test(name) && !name.endsWith('.yaml'));
  for (const name of unread) {
    findings.problems.push({ file: path.join(folder, name), message: 'not read; a values file ends in .yaml' });
  }
  if (files.length === 0 && unread.length === 0) {
    findings.problems.push({
      file: folder,
      message: 'no values file (*.yaml) in this folder; one per registry is wanted',
    });
  }
  return files.map((name) => path.join(folder, name));
}

function folderFault(folder: string, { code }: NodeJS.ErrnoException): string {
  const where = 'the values files are looked for in a folder';
  if (code === 'ENOENT') return `no such folder; ${where}`;
  if (code === 'ENOTDIR') return `a file; name the folder that it is in, ${path.dirname(folder)}; ${where}`;
  return `this folder cannot be read (${code ?? 'unknown reason'})`;
}

function nameFaults(name: string): string[] {
  const faults: string[] = [];
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > MAX_NAME) {
    faults.push(
      `the file's name becomes part of Kubernetes names: lower-case letters, digits and "-", at most ${MAX_NAME} characters, then .yaml`,
    );
  }
  if (name.endsWith('-push-secret')) {
    faults.push("the file's name ends in -push-secret, which is how the ignored files in dist/ end; choose another");
  }
  return faults;
}

function readText(file: string, findings: Findings): string | undefined {
  try {
    // Reading a pipe would never end.
    if (!fs.statSync(file).isFile()) {
      findings.problems.push({ file, message: 'a pipe, a folder or the like; a values file is a plain file' });
      return undefined;
    }
    const bytes = fs.readFileSync(file);
    if (bytes.length > MAX_BYTES) {
      findings.problems.push({ file, message: 'larger than 1 MiB, which no values file is' });
      return undefined;
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const message =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8 text; save it as such' : `cannot be read (${code})`;
    findings.problems.push({ file, message });
    return undefined;
  }
}

/** Two files that write one Secret would overwrite each other in turn. */
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
          `${other.file} writes the Secret ${values.pushSecretName} in the namespace ${namespace} too; give one of them another name`,
        );
    }
  }
}
