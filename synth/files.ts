import { RegistryManifests } from './charts';
import { TOKEN_BLOCKS } from '../values/tokens/token-blocks';

/** A file below the output folder. */
export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
  /** Whether it holds a credential in plaintext: readable by its owner alone. */
  readonly secret: boolean;
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
  files: readonly OutputFile[],
  missing: readonly { readonly name: string }[],
): string[] {
  const accounted = [...files.map((file) => file.path), ...missing.map(({ name }) => plaintextFile(name))];
  return before.filter((file) => file.endsWith(PLAINTEXT_ENDING) && !accounted.includes(file));
}

/** The registries of an earlier run that a run has no files for any more. */
export function registriesGone(before: readonly string[], files: readonly OutputFile[]): string[] {
  const written = files.map((file) => file.path);
  return before
    .filter((file) => /^[^/]+\.k8s\.yaml$/.test(file) && !file.endsWith(PLAINTEXT_ENDING) && !written.includes(file))
    .map((file) => file.slice(0, -'.k8s.yaml'.length));
}

/** All files of a synth. */
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
