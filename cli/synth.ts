import { outputFiles, plaintextFile, plaintextGone, registriesGone } from '../synth/files';
import type { Messages } from '../synth/messages';
import type { OutputFolder } from '../synth/output-folder';
import { removalCommands } from '../synth/removed-objects';
import { readValuesFolder } from '../values/read';
import { exposedToGit, isTrackedByGit } from '../values/registry/git';
import { missingPasswords, passwordsAreRequired, requirePasswords } from '../values/registry/missing-passwords';
import { outputOf, REGISTRIES } from './output';
import { refuseEmpty } from './usage-error';

export interface SynthOptions {
  readonly out?: string;
  readonly requirePasswords?: boolean;
}

/** Reads the values files of a folder, and writes the output folder if all of them are valid. */
export function synth(folder = REGISTRIES, options: SynthOptions, messages: Messages): number {
  refuseEmpty('the name of the folder', folder);
  // The bytes of dist/ must not depend on the user's environment.
  delete process.env.CDK8S_DISABLE_SORT;
  const output = outputOf(folder, options.out);
  const { registries, disabled, findings, reports } = readValuesFolder(folder);
  const missing = missingPasswords(registries);
  if (options.requirePasswords || passwordsAreRequired(process.env.REQUIRE_PASSWORDS)) {
    requirePasswords(missing, reports);
  }
  if (findings.problems.length > 0) {
    messages.problems(findings, ', nothing was written');
    if (wasDeletedByCdk8s(output)) messages.outputWasDeleted(output.path);
    return 1;
  }
  messages.advice(findings);
  messages.disabled(disabled);
  output.recover();
  const before = output.list();
  const gone = registriesGone(before, registries).map((name) => ({
    name,
    commands: removalCommands(output.path, name),
  }));
  const files = output.replace(outputFiles(registries));
  const plaintext = new Set(files.filter(({ secret }) => secret).map((file) => file.path));
  messages.exposedToGit(output.path, exposedToGit(output.path, [...plaintext]));
  for (const file of missing) messages.missingPassword(file, before.includes(plaintextFile(file.name)));
  for (const { name, commands } of gone) messages.registryGone(output.path, name, commands);
  messages.plaintextGone(output.path, plaintextGone(before, files, missing));
  const written = registries.map(({ name }) => ({ name, hasPlaintext: plaintext.has(plaintextFile(name)) }));
  messages.written(output.path, written);
  return 0;
}

/** `cdk8s synth` sets this variable, and deletes the output folder before it runs the app. */
function wasDeletedByCdk8s(output: OutputFolder): boolean {
  const ranByCdk8s = process.env.CDK8S_RECORD_CONSTRUCT_METADATA !== undefined;
  return ranByCdk8s && !output.exists && isTrackedByGit(output.path);
}
