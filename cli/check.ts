import * as path from 'path';
import type { Messages } from '../synth/messages';
import { type ReadValues, readValuesFolder } from '../values/read';
import { missingPasswords, passwordsAreRequired, requirePasswords } from '../values/registry/missing-passwords';
import { Findings } from '../values/report/findings';
import { outputOf, REGISTRIES } from './output';
import type { CheckArguments } from './program';
import { refuseEmpty, UsageError } from './usage-error';

/** Reads all values files of the folders, reports what is wrong, and writes nothing. */
export async function check(
  given: readonly string[],
  options: CheckArguments,
  messages: Messages,
  stdout: NodeJS.WritableStream,
): Promise<number> {
  given.forEach((folder) => refuseEmpty('the name of the folder', folder));
  // Each once, however it is written.
  const places = given.map((one) => path.resolve(one));
  const folders = given.length === 0 ? [REGISTRIES] : given.filter((_, i) => places.indexOf(places[i]) === i);
  if (options.frozen && folders.length > 1)
    throw new UsageError('--frozen accepts one folder only, as each folder has its own output');
  const output = options.frozen ? outputOf(folders[0], options.out) : undefined;

  const isRequired = options.requirePasswords || passwordsAreRequired(process.env.REQUIRE_PASSWORDS);
  const { count, registries, disabled, findings } = together(folders.map((folder) => read(folder, isRequired)));
  const missing = missingPasswords(registries);
  const right = findings.problems.length === 0;
  const logins = options.login && right ? await (await import('./login')).askLogins(registries) : [];
  const different = output && right ? (await import('./frozen')).differences(output, registries) : [];
  const ok = right && logins.every((login) => login.ok) && different.length === 0;
  if (options.json) {
    const { problems, warnings, notes } = findings;
    const result = { ok, files: count, problems, warnings, notes, disabled, missingPasswords: missing };
    const asked = { ...(options.login && { logins }), ...(output && { frozen: { folder: output.path, different } }) };
    stdout.write(`${JSON.stringify({ ...result, ...asked }, null, 2)}\n`);
    return ok ? 0 : 1;
  }
  if (!right) {
    messages.problems(findings);
    return 1;
  }
  messages.advice(findings);
  messages.disabled(disabled);
  missing.forEach((file) => messages.passwordNotThere(file));
  for (const { file, message } of logins) stdout.write(`${file}: ${message}\n`);
  if (output && different.length > 0) messages.outOfDate(output.path, different);
  if (ok) messages.checked(count);
  return ok ? 0 : 1;
}

function read(folder: string, passwordsAreRequired: boolean): ReadValues {
  const values = readValuesFolder(folder, { warnOfExamples: true });
  if (passwordsAreRequired) requirePasswords(missingPasswords(values.registries), values.reports);
  return values;
}

function together(folders: readonly ReadValues[]): Omit<ReadValues, 'reports'> {
  const findings = new Findings();
  for (const folder of folders) {
    findings.problems.push(...folder.findings.problems);
    findings.warnings.push(...folder.findings.warnings);
    findings.notes.push(...folder.findings.notes);
  }
  return {
    count: folders.reduce((sum, { count }) => sum + count, 0),
    registries: folders.flatMap(({ registries }) => registries),
    disabled: folders.flatMap(({ disabled }) => disabled),
    findings,
  };
}
