import * as fs from 'fs';
import { parseArgs } from 'util';
import { SealedPassword, SealingScope } from '../../lib';
import { Findings, formatFindings } from '../../values/report/findings';
import { readSealTarget } from '../../values/registry/seal-target';
import { readSealingKey } from './certificate';
import { Terminal, loginOf, takePassword } from './password';
import { SealError } from './seal-error';
import { sealFile } from './seal-file';

const USAGE = `npm run seal -- <values file> --cert <certificate> [--scope strict|namespace-wide|cluster-wide]

Seals the registry password of a values file for the Sealed Secrets controller of a cluster, and writes it into the
file. The password comes from standard input where something is piped in, else from where the file says that it is
(registryPassword, or env or file of registryPasswordFrom), else from the terminal.

  --cert   the controller's certificate: kubeseal --fetch-cert > cert.pem
  --scope  what the ciphertext is bound to: namespace and name of the Secret (strict), the namespace alone, or the
           cluster; strict, or what the file is sealed with already, where this is not given
`;

interface Arguments {
  readonly file: string;
  readonly cert: string;
  readonly scope?: SealingScope;
}

/** The streams of the process, or what stands in for them. */
export interface Streams {
  readonly stdin: Terminal['input'];
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Runs the command and returns its exit status. No error that it prints holds a credential. */
export async function sealCommand(args: string[], streams: Streams): Promise<number> {
  try {
    await run(args, streams);
    return 0;
  } catch (error) {
    // The message of somebody else's error may quote what it failed on.
    const { name, code } = error as NodeJS.ErrnoException;
    const defect = `a defect of this program, please report it: ${code ?? name}`;
    streams.stderr.write(`Error: ${error instanceof SealError ? error.message : defect}\n`);
    return 1;
  }
}

/** Seals the password of one values file. Nothing is written before all of it is checked. */
async function run(given: string[], { stdin, stdout, stderr }: Streams): Promise<void> {
  const args = readArguments(given);
  if (args === undefined) {
    stdout.write(USAGE);
    return;
  }
  const { file, cert } = args;
  const findings = new Findings();
  const target = readSealTarget(file, findings);
  for (const warning of findings.warnings) stderr.write(`Warning: ${formatFindings([warning])}`);
  if (target === undefined)
    throw new SealError(`nothing was sealed:\n\n${formatFindings(findings.problems).trimEnd()}`);
  const publicKey = readSealingKey(readText(cert), cert, new Date());
  const { password, origin } = await takePassword(target, { input: stdin, output: stderr });
  const scope = args.scope ?? target.scope ?? SealingScope.STRICT;
  const sealed = sealFile(file, target, password, { publicKey, scope });
  stdout.write(report(file, sealed, origin, target.isInline));
}

function readArguments(args: string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [file, ...others] = positionals;
  const { cert, scope } = values;
  if (file === undefined || others.length > 0) throw new SealError(`one values file is wanted\n\n${USAGE}`);
  if (cert === undefined) {
    // npm takes an option for its own where nothing tells it otherwise.
    throw new SealError(`--cert is missing; is the -- there, after \`npm run seal\`?\n\n${USAGE}`);
  }
  if (/^https?:/.test(cert)) throw new SealError('--cert is a file: download the certificate first');
  if (scope !== undefined && !Object.values<string>(SealingScope).includes(scope)) {
    throw new SealError(`--scope is one of ${Object.values(SealingScope).join(', ')}`);
  }
  return { file, cert, scope: scope as SealingScope | undefined };
}

function parse(args: string[]) {
  const options = {
    cert: { type: 'string' },
    scope: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // The message of parseArgs quotes what it did not expect, which may be a password.
    const isKnown = (error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE';
    throw new SealError(`${isKnown ? '--cert and --scope need a value' : 'an option that is not known'}\n\n${USAGE}`);
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new SealError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
}

function report(file: string, sealed: SealedPassword, origin: string, wasInline: boolean): string {
  const { secretName, scope, encryptedData } = sealed;
  const secrets = Object.keys(encryptedData).map((namespace) => `${namespace}/${secretName}`);
  const lines = [
    `Sealed: ${file}, for ${secrets.join(' and ')} (${scope}): the password ${loginOf(sealed)}, from ${origin}`,
    'Next: npm run synth, and commit the values file and dist/',
  ];
  if (wasInline) {
    lines.push(
      'registryPassword is gone from the file, but where git has it, its history keeps it: make a new password at the',
      'registry, seal that one, and revoke the old one',
    );
  }
  return `${lines.join('\n')}\n`;
}
