import { RegistryValues } from '../values/registry/registry-values';
import { TOKEN_BLOCKS } from '../values/tokens/token-blocks';
import { synthesizeRegistry } from './charts';

/** A file below the output folder, but for its content. */
export interface WrittenFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  /** Whether it holds a credential in plaintext: readable by its owner alone. */
  readonly secret: boolean;
}

/** A file below the output folder. */
export interface OutputFile extends WrittenFile {
  readonly content: string;
}

/** The files with policies that synth may write. */
export const POLICY_FILES = TOKEN_BLOCKS.flatMap(({ policyFile }) => policyFile ?? []);
/** The folders that synth writes below the output folder. */
export const SUBFOLDERS = ['helm', ...POLICY_FILES.map(({ folder }) => folder)];

// Flux applies every manifest below the folder that it is pointed at; the subfolders hold none.
export const SOURCE_IGNORE = SUBFOLDERS.map((folder) => `${folder}/\n`).join('');

/** Files with the same content in every output folder. Git ignores the plaintext push Secrets in whichever repository. */
export const FIXED_FILES: { readonly [file: string]: string } = {
  '.gitignore': '*-push-secret.k8s.yaml\n',
  '.sourceignore': SOURCE_IGNORE,
};

/** How the name of a file with a plaintext push Secret ends. `.gitignore` knows it, and no other file may have it. */
const PLAINTEXT_ENDING = '-push-secret.k8s.yaml';

/** The name of the file that holds a registry's plaintext push Secret. */
export function plaintextFile(name: string): string {
  return `${name}${PLAINTEXT_ENDING}`;
}

/** The plaintext push Secrets of an earlier run that a run removes, other than those whose password is missing. */
export function plaintextGone(
  before: readonly string[],
  written: readonly WrittenFile[],
  missing: readonly { readonly name: string }[],
): string[] {
  const accounted = new Set([...written.map((file) => file.path), ...missing.map(({ name }) => plaintextFile(name))]);
  return before.filter((file) => file.endsWith(PLAINTEXT_ENDING) && !accounted.has(file));
}

/** The registries of an earlier run that a run has no files for any more. */
export function registriesGone(before: readonly string[], registries: readonly RegistryValues[]): string[] {
  const names = new Set(registries.map(({ name }) => name));
  return before
    .filter((file) => /^[^/]+\.k8s\.yaml$/.test(file) && !file.endsWith(PLAINTEXT_ENDING))
    .map((file) => file.slice(0, -'.k8s.yaml'.length))
    .filter((name) => !names.has(name));
}

/** All files of a synth. Each registry's are made when they are asked for: together they may not fit into memory. */
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
