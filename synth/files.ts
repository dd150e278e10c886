import { RegistryManifests } from './charts';

/** A file below the output folder. */
export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
  /** Whether it holds a credential in plaintext: readable by its owner alone. */
  readonly secret: boolean;
}

// Flux applies every manifest below the folder that it is pointed at; these two hold none.
export const SOURCE_IGNORE = 'helm/\naws/\n';

/** How the name of a file with a plaintext push Secret ends. `.gitignore` knows it, and no other file may have it. */
const PLAINTEXT_ENDING = '-push-secret.k8s.yaml';

/** The name of the file that holds a registry's plaintext push Secret. */
export function plaintextFile(name: string): string {
  return `${name}${PLAINTEXT_ENDING}`;
}

/** The plaintext push Secrets of an earlier run that a run removes, other than those whose password is missing. */
export function plaintextGone(
  before: readonly string[],
  files: readonly OutputFile[],
  missing: readonly { readonly name: string }[],
): string[] {
  const accounted = [...files.map((file) => file.path), ...missing.map(({ name }) => plaintextFile(name))];
  return before.filter((file) => file.endsWith(PLAINTEXT_ENDING) && !accounted.includes(file));
}

/** All files of a synth. */
export function outputFiles(registries: readonly RegistryManifests[]): OutputFile[] {
  const files: OutputFile[] = [{ path: '.sourceignore', content: SOURCE_IGNORE, secret: false }];
  for (const { name, committed, plaintext, helmValues, iamPolicy } of registries) {
    files.push({ path: `${name}.k8s.yaml`, content: committed, secret: false });
    files.push({ path: `helm/${name}.values.yaml`, content: helmValues, secret: false });
    if (plaintext !== undefined) files.push({ path: plaintextFile(name), content: plaintext, secret: true });
    if (iamPolicy !== undefined) files.push({ path: `aws/${name}.iam-policy.json`, content: iamPolicy, secret: false });
  }
  return files;
}
