import { Argument, Command, CommanderError, Option } from 'commander';
import { SealingScope } from '../lib/push-secret/sealed-secret';
import { Messages } from '../synth/messages';
import { version } from '../package.json';
import type { DoctorOptions } from './doctor/command';
import { KINDS } from './kinds';
import type { Streams } from './streams';
import { refuseNoValue, UsageError } from './usage-error';

const FOLDER = 'the folder of the values files (default: registries)';
const OUT = 'the folder to write (default: dist for registries, or $CDK8S_OUTDIR)';

/**
 * Runs the command in `args` and returns its exit status: 0, 1 (problems) or 2 (usage).
 *
 * A subcommand's module is loaded when it runs, so that synth does not load what only the others need.
 */
export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  const messages = new Messages(streams.stderr);
  let status = 0;
  const program = newProgram(streams);

  program
    .command('init')
    .description('prepare a folder: values files, settings, the dependency. Overwrites nothing')
    .addOption(
      new Option(
        '--registry <kind...>',
        'a registry to start with; other is Harbor, Quay, GHCR, GitLab or any other',
      ).choices(KINDS),
    )
    .action(async (options: { registry?: string[] }) => {
      status = await (await import('./init')).init(options.registry, streams);
    });

  program
    .command('add')
    .description('add a values file')
    .addArgument(
      new Argument('<kind>', 'the kind of registry; other is Harbor, Quay, GHCR, GitLab or any other').choices(KINDS),
    )
    .argument('[name]', "the file's name without .yaml (default: the kind)")
    .option('--folder <folder>', 'the folder to add it to', 'registries')
    .action(async (kind: string, name: string | undefined, options: { folder: string }) => {
      status = (await import('./add')).add(kind, name ?? kind, options.folder, streams);
    });

  program
    .command('check')
    .description('read everything, report what is wrong, write nothing')
    .argument('[folders...]', 'folders of values files (default: registries)')
    .option('--login', 'ask each registry whose password can be read whether the login may push')
    .option('--frozen', 'fail if the output folder differs from what synth would write')
    .option('--out <folder>', 'the output folder, for --frozen (default: dist for registries, or $CDK8S_OUTDIR)')
    .option('--require-passwords', 'fail if a password is missing')
    .option('--json', 'print the findings as JSON')
    .action(async (folders: string[], options: CheckArguments) => {
      status = await (await import('./check')).check(folders, options, messages, streams.stdout);
    });

  program
    .command('synth')
    .description('write the manifests')
    .argument('[folder]', FOLDER)
    .option('--out <folder>', OUT)
    .option('--require-passwords', 'fail if a password is missing')
    .action(async (folder: string | undefined, options: { out?: string; requirePasswords?: boolean }) => {
      status = (await import('./synth')).synth(folder, options, messages);
    });

  program
    .command('doctor')
    .description('read the cluster through kubectl, change nothing, report what is wrong and how to fix it')
    .argument('[folder]', FOLDER)
    .option('--context <name>', "kubectl's context (default: the current one)")
    .option('--out <folder>', 'the output folder for the commands that it prints (default: the same as for synth)')
    .option('--json', 'print the lines as JSON')
    .action(async (folder: string | undefined, options: DoctorOptions) => {
      status = await (await import('./doctor/command')).doctor(folder, options, messages, streams.stdout);
    });

  program
    .command('seal')
    .description('encrypt the password of a values file for Sealed Secrets, and write it into the file')
    .argument('<file>', 'the values file')
    .requiredOption('--cert <pem>', "the controller's certificate: kubeseal --fetch-cert > cert.pem")
    .addOption(
      new Option(
        '--scope <scope>',
        'what the ciphertext is bound to (default: the scope in the file, or strict)',
      ).choices(Object.values(SealingScope)),
    )
    .addHelpText('after', SEAL_HELP)
    .action(async (file: string, options: { cert: string; scope?: SealingScope }) => {
      status = await (await import('./seal/command')).sealCommand({ file, ...options }, streams);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    messages.failure(error);
    return 1;
  }
}

/** The options of `check`. */
export interface CheckArguments {
  readonly login?: boolean;
  readonly frozen?: boolean;
  readonly out?: string;
  readonly requirePasswords?: boolean;
  readonly json?: boolean;
}

const SEAL_HELP = `
The password comes from standard input if something is piped in, otherwise from the place that the file names
(registryPassword, or env or file of registryPasswordFrom), otherwise from the terminal.`;

function newProgram({ stdout, stderr }: Streams): Command {
  return new UsageCommand('primehub-image-registries')
    .description('Push Secrets, fresh tokens and customImage settings for in-cluster image builds')
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(withoutGiven(text)),
    });
}

/** A command whose options with a value have one, and that shows its usage with a `UsageError`. */
class UsageCommand extends Command {
  override createCommand(name?: string): Command {
    return new UsageCommand(name);
  }

  override action(run: (...args: never[]) => Promise<void>): this {
    return super.action(async (...args: unknown[]) => {
      try {
        const given: Readonly<Record<string, unknown>> = this.opts();
        this.options.forEach((one) => refuseNoValue(one.long ?? one.flags, given[one.attributeName()]));
        await run(...(args as never[]));
      } catch (error) {
        if (error instanceof UsageError) this.error(`error: ${error.message}`);
        throw error;
      }
    });
  }
}

/** Repeats only arguments that are made of letters, as people paste passwords among the arguments. */
function withoutGiven(text: string): string {
  return text.replace(/'([^'\n]*)'/g, (quoted, given: string) =>
    /^(-{0,2}[a-z]+(-[a-z]+)*|[a-z-, ]* ?<[a-z]+(\.\.\.)?>)$/.test(given) ? quoted : '(not shown)',
  );
}
