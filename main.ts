import { parseArgs } from 'util';
import { outputFiles, plaintextFile, plaintextGone, registriesGone } from './synth/files';
import { Messages } from './synth/messages';
import { OutputFolder } from './synth/output-folder';
import { removalCommands } from './synth/removed-objects';
import { synthesizeRegistry } from './synth/charts';
import { exposedToGit, isTrackedByGit } from './values/registry/git';
import { missingPasswords, passwordsAreRequired, requirePasswords } from './values/registry/missing-passwords';
import { readValuesFolder } from './values/read';

/**
 * The app: reads the values files of a folder (`registries/` unless another is named), writes `dist/`.
 * `--check` stops before writing.
 */
function main(): number {
  const messages = new Messages();
  try {
    // The bytes of dist/ must not depend on who runs this.
    delete process.env.CDK8S_DISABLE_SORT;
    const { values: options, positionals } = parseArgs({
      options: { check: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length > 1 || positionals[0] === '') {
      messages.notOneFolder(positionals);
      return 1;
    }
    const output = new OutputFolder(process.env.CDK8S_OUTDIR || 'dist');
    const { registries, disabled, findings, reports } = readValuesFolder(positionals[0] ?? 'registries');
    const missing = missingPasswords(registries);
    if (passwordsAreRequired(process.env.REQUIRE_PASSWORDS)) requirePasswords(missing, reports);
    if (findings.problems.length > 0) {
      messages.problems(findings);
      if (wasDeletedByCdk8s(output)) messages.outputWasDeleted(output.path);
      return 1;
    }
    messages.advice(findings);
    messages.disabled(disabled);
    if (options.check) {
      messages.checked(registries.length + disabled.length);
      return 0;
    }
    const manifests = registries.map(synthesizeRegistry);
    output.recover();
    const before = output.list();
    const files = outputFiles(manifests);
    const gone = registriesGone(before, files).map((name) => ({ name, commands: removalCommands(output.path, name) }));
    output.replace(files);
    const plaintext = files.filter(({ secret }) => secret).map((file) => file.path);
    messages.exposedToGit(output.path, exposedToGit(output.path, plaintext));
    for (const file of missing) messages.missingPassword(file, before.includes(plaintextFile(file.name)));
    for (const { name, commands } of gone) messages.registryGone(output.path, name, commands);
    messages.plaintextGone(output.path, plaintextGone(before, files, missing));
    messages.written(output.path, manifests);
    return 0;
  } catch (error) {
    messages.failure(error);
    return 1;
  }
}

/** `cdk8s synth`, which sets this variable, deletes the output folder before it runs the app. */
function wasDeletedByCdk8s(output: OutputFolder): boolean {
  const ranByCdk8s = process.env.CDK8S_RECORD_CONSTRUCT_METADATA !== undefined;
  return ranByCdk8s && !output.exists && isTrackedByGit(output.path);
}

process.exitCode = main();
