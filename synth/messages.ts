import { styleText } from 'util';
import { Findings, formatFindings } from '../values/report/findings';
import { ExposedFiles } from '../values/registry/git';
import { MissingPassword } from '../values/registry/missing-passwords';
import { plaintextFile } from './files';
import { shellWord } from './shell-word';
import { OutputFolderError } from './output-folder';

const MAX_NAMED = 10;

type Style = 'bold' | 'green' | 'red' | 'yellow';

/** Prints the messages to stderr, as `cdk8s synth` hides stdout. They have colours only on a terminal. */
export class Messages {
  private readonly colour: boolean;

  constructor(private readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
    this.colour = stream.isTTY === true && !process.env.NO_COLOR;
  }

  /** @param consequence for a command that would have written something. */
  problems({ problems, warnings }: Findings, consequence = ''): void {
    for (const warning of warnings) this.print('yellow', 'Warning:', formatFindings([warning]));
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    this.print('red', `${count}${consequence}:`, `\n${formatFindings(problems)}`);
  }

  /** Prints what does not stop a run. */
  advice({ warnings, notes }: Findings): void {
    for (const warning of warnings) this.print('yellow', 'Warning:', formatFindings([warning]));
    for (const note of notes) this.print('yellow', 'Note:', formatFindings([note]));
  }

  /** `cdk8s synth` deletes the output folder before the app can find a problem. */
  outputWasDeleted(folder: string): void {
    this.print(
      'yellow',
      'Note:',
      `cdk8s synth deleted ${folder}/ before it ran the app. \`git checkout -- ${shellWord(folder)}\` restores what is committed. \`npm run synth\` checks before it deletes.\n`,
    );
  }

  /** Prints that a password is missing, and the consequence. */
  missingPassword({ file, name, origin }: MissingPassword, removed: boolean): void {
    const consequence = `${plaintextFile(name)} was not written${removed ? ', and the one from an earlier run was removed' : ''}`;
    this.print('yellow', 'Note:', `${file}: ${origin} is missing, so ${consequence}.\n`);
  }

  /** Prints the plaintext push Secrets that git tracks, or would add with the next `git add`. */
  exposedToGit(folder: string, { tracked, untracked }: ExposedFiles): void {
    for (const file of tracked) {
      this.print(
        'yellow',
        'Warning:',
        `git tracks ${folder}/${file}, so everyone who can read the repository can read its password: \`git rm --cached\` it, and change the password.\n`,
      );
    }
    for (const file of untracked) {
      this.print(
        'yellow',
        'Warning:',
        `git does not ignore ${folder}/${file}, so the next \`git add\` would add its password to the repository: add the file to .gitignore.\n`,
      );
    }
  }

  /** Prints that a registry from an earlier run has no values file any more, and how to remove it from the cluster. */
  registryGone(folder: string, name: string, commands: readonly string[]): void {
    const cronJob = commands.some((command) => command.includes(' CronJob/')) ? ', and the CronJob keeps running' : '';
    this.print(
      'yellow',
      'Note:',
      `${folder}/${name}.k8s.yaml from an earlier run was removed, as its values file is gone. Its objects are still in the cluster${cronJob}. To remove them:\n${commands.map((command) => `  ${command}\n`).join('')}`,
    );
  }

  /** Prints the plaintext push Secrets from an earlier run that have no values file any more. */
  plaintextGone(folder: string, files: readonly string[]): void {
    for (const file of files) {
      this.print(
        'yellow',
        'Note:',
        `${folder}/${file} from an earlier run was removed, as its values file is gone. The Secret in the cluster stays.\n`,
      );
    }
  }

  /** The same for a run that writes nothing. */
  passwordNotThere({ file, name, origin }: MissingPassword): void {
    this.print('yellow', 'Note:', `${file}: ${origin} is missing; synth will not write ${plaintextFile(name)}.\n`);
  }

  /** Prints where the output folder differs from what synth would write. */
  outOfDate(folder: string, differences: readonly string[]): void {
    const shown = differences.slice(0, MAX_NAMED).map((difference) => `  ${difference}\n`);
    const more = differences.length > MAX_NAMED ? `  and ${differences.length - MAX_NAMED} more\n` : '';
    this.print('red', `${folder}/ differs from what synth would write:`, `\n${shown.join('')}${more}`);
    this.print('bold', 'Next:', 'run synth, check the difference, and commit it\n');
  }

  disabled(files: readonly string[]): void {
    for (const file of files) {
      this.print('yellow', 'Note:', `${file}: customImage.enabled is false, so nothing is written for it.\n`);
    }
  }

  checked(count: number): void {
    this.print(
      'green',
      'Checked:',
      `${count} values ${count === 1 ? 'file' : 'files'}, no problems. Nothing was written.\n`,
    );
  }

  written(folder: string, registries: readonly WrittenRegistry[]): void {
    this.print('green', 'Wrote:', `${folder}/ for ${namesOf(registries)}\n`);
    if (registries.length === 0) return;
    this.print('bold', 'Next:', `kubectl apply -f ${shellWord(`${folder}/`)}\n`);
    const example = registries.length === 1 ? registries[0].name : '<name>';
    const fragment = `${shellWord(`${folder}/helm`)}/${example}.values.yaml`;
    const upgrade = `helm upgrade --reuse-values -f ${fragment} <release> <chart>`;
    this.print('bold', 'If PrimeHub is installed with Helm, also:', `${upgrade}\n`);
  }

  /** Prints an unexpected error. Its message may quote the input, so only our own messages are shown. */
  failure(error: unknown): void {
    if (error instanceof OutputFolderError) {
      this.print('red', 'Nothing was written:', `${error.message}\n`);
      return;
    }
    const { name, stack, code } = error as NodeJS.ErrnoException;
    const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    this.print(
      'red',
      'This is a bug in this program, please report it:',
      `${code ?? name}\n${frames.slice(0, 5).join('\n')}\n`,
    );
  }

  private print(style: Style, label: string, text: string): void {
    // Newer versions of Node check stdout, but we write to stderr.
    const styled = this.colour ? styleText(style, label, { validateStream: false }) : label;
    this.stream.write(`${styled}${text.startsWith('\n') ? '' : ' '}${text}`);
  }
}

/** A registry whose files were written. */
export interface WrittenRegistry {
  readonly name: string;
  /** Whether a push Secret in plaintext is among them. */
  readonly hasPlaintext: boolean;
}

function namesOf(registries: readonly WrittenRegistry[]): string {
  if (registries.length === 0) return 'no registry';
  if (registries.length > MAX_NAMED) return `${registries.length} registries`;
  return registries.map(({ name, hasPlaintext }) => (hasPlaintext ? `${name} and its push Secret` : name)).join(', ');
}
