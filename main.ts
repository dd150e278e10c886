import { parseArgs } from 'util';
import { outputFiles, plaintextFile } from './output/files';
import { Messages } from './output/messages';
import { OutputFolder } from './output/output-folder';
import { synthesizeRegistry } from './values/charts';
import { missingPasswords, requirePasswords } from './values/missing-passwords';
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
    const output = new OutputFolder(process.env.CDK8S_OUTDIR || 'dist');
    const { registries, disabled, findings, reports } = readValuesFolder(positionals[0] ?? 'registries');
    const missing = missingPasswords(registries);
    if (process.env.REQUIRE_PASSWORDS) requirePasswords(missing, reports);
    if (findings.problems.length > 0) {
      messages.problems(findings);
      if (process.env.CDK8S_OUTDIR && !output.exists) messages.outputWasDeleted(output.path);
      return 1;
    }
    messages.advice(findings);
    messages.disabled(disabled);
    if (options.check) {
      messages.checked(registries.length + disabled.length);
      return 0;
    }
    const manifests = registries.map(synthesizeRegistry);
    const before = output.list();
    output.replace(outputFiles(manifests));
    for (const file of missing) messages.missingPassword(file, before.includes(plaintextFile(file.name)));
    messages.written(output.path, manifests);
    return 0;
  } catch (error) {
    messages.failure(error);
    return 1;
  }
}

process.exitCode = main();
