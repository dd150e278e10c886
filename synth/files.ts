import { RegistryValues } from '../values/registry/registry-values';
import { TOKEN_BLOCKS } from '../values/tokens/token-blocks';
import { synthesizeRegistry } from './charts';

/** A file in the output folder or below it, without its content. */
export interface WrittenFile {
  /** The path relative to the output folder, with `/`. */
  readonly path: string;
  /** Whether it contains a plaintext credential, so that only its owner may read it. */
  readonly secret: boolean;
}

/** A file in the output folder or below it, with its content. */
export interface OutputFile extends WrittenFile {
  readonly content: string;
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
  written: readonly WrittenFile[],
  missing: readonly { readonly name: string }[],
): string[] {
  const accounted = new Set([...written.map((file) => file.path), ...missing.map(({ name }) => plaintextFile(name))]);
  return before.filter((file) => file.endsWith(PLAINTEXT_ENDING) && !accounted.has(file));
}

/** The registries from an earlier run that have no files in this run. */
export function registriesGone(before: readonly string[], registries: readonly RegistryValues[]): string[] {
  const names = new Set(registries.map(({ name }) => name));
  return before
    .filter((file) => /^[^/]+\.k8s\.yaml$/.test(file) && !file.endsWith(PLAINTEXT_ENDING))
    .map((file) => file.slice(0, -'.k8s.yaml'.length))
    .filter((name) => !names.has(name));
}

/** All files that synth writes. Each registry's files are made one at a time, as all of them may not fit into memory. */
export function* outputFiles(registries: readonly RegistryValues[]): Generator<OutputFile> {
  for (const [path, content] of Object.entries(FIXED_FILES)) yield { path, content, secret: false };
  for (const registry of registries) {
    const { name, committed, plaintext, helmValues, policy } = synthesizeRegistry(registry);
    yield { path: `${name}.k8s.yaml`, content: committed, secret: false };
    yield { path: `helm/${name}.values.yaml`, content: helmValues, secret: false };
    if (plaintext !== undefined) yield { path: plaintextFile(name), content: plaintext, secret: true };
    if (policy !== undefined) {
      const { folder, ending, content } = policy;
      yield { path: `${folder}/${name}.${ending}`, content, secret: false };
    }
  }
}
