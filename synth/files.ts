import { RegistryManifests } from './charts';
import { TOKEN_BLOCKS } from '../values/tokens/token-blocks';

/** A file in the output folder or below it. */
export interface OutputFile {
  /** The path relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
  /** Whether it contains a plaintext credential, so that only its owner may read it. */
  readonly secret: boolean;
}

/** The policy files that synth may write. */
export const POLICY_FILES = TOKEN_BLOCKS.flatMap(({ policyFile }) => policyFile ?? []);
/** The folders that synth writes below the output folder. */
export const SUBFOLDERS = ['helm', ...POLICY_FILES.map(({ folder }) => folder)];

// Flux applies every manifest below its folder, but the subfolders do not contain manifests.
export const SOURCE_IGNORE = SUBFOLDERS.map((folder) => `${folder}/\n`).join('');

/**
 * Files with the same content in every output folder. With them, git ignores the plaintext push Secrets in any
 * repository.
 */
export const FIXED_FILES: { readonly [file: string]: string } = {
  '.gitignore': '*-push-secret.k8s.yaml\n',
  '.sourceignore': SOURCE_IGNORE,
};

/**
 * The ending of the name of a file with a plaintext push Secret. `.gitignore` contains it, and no other file may have
 * it.
 */
const PLAINTEXT_ENDING = '-push-secret.k8s.yaml';

/** The name of the file with a registry's plaintext push Secret. */
export function plaintextFile(name: string): string {
  return `${name}${PLAINTEXT_ENDING}`;
}

/** The plaintext push Secrets from an earlier run that this run removes, except those whose password is missing. */
export function plaintextGone(
  before: readonly string[],
  files: readonly OutputFile[],
  missing: readonly { readonly name: string }[],
): string[] {
  const accounted = [...files.map((file) => file.path), ...missing.map(({ name }) => plaintextFile(name))];
  return before.filter((file) => file.endsWith(PLAINTEXT_ENDING) && !accounted.includes(file));
}

/** The registries from an earlier run that have no files in this run. */
export function registriesGone(before: readonly string[], files: readonly OutputFile[]): string[] {
  const written = files.map((file) => file.path);
  return before
    .filter((file) => /^[^/]+\.k8s\.yaml$/.test(file) && !file.endsWith(PLAINTEXT_ENDING) && !written.includes(file))
    .map((file) => file.slice(0, -'.k8s.yaml'.length));
}

/** All files that synth writes. */
export function outputFiles(registries: readonly RegistryManifests[]): OutputFile[] {
  const files = Object.entries(FIXED_FILES).map(([file, content]): OutputFile => ({
    path: file,
    content,
    secret: false,
  }));
  for (const { name, committed, plaintext, helmValues, policy } of registries) {
    files.push({ path: `${name}.k8s.yaml`, content: committed, secret: false });
    files.push({ path: `helm/${name}.values.yaml`, content: helmValues, secret: false });
    if (plaintext !== undefined) files.push({ path: plaintextFile(name), content: plaintext, secret: true });
    if (policy !== undefined) {
      const { folder, ending, content } = policy;
      files.push({ path: `${folder}/${name}.${ending}`, content, secret: false });
    }
  }
  return files;
}
