import * as fs from 'fs';
import { parseArgs } from 'util';
import { SealedPassword, SealingScope } from '../../lib';
import { Findings, formatFindings } from '../../values/findings';
import { readSealTarget } from '../../values/seal-target';
import { readSealingKey } from './certificate';
import { Password, Terminal, takePassword } from './password';
import { SealError } from './seal-error';
import { sealFile } from './seal-file';

const USAGE = `npm run seal -- <values file> --cert <certificate> [--scope strict|namespace-wide|cluster-wide]

Seals the registry password of a values file for the Sealed Secrets controller of a cluster, and writes it into the
file. The password comes from standard input where something is piped in, else from where the file says that it is
(registryPassword, or env or file of registryPasswordFrom), else from the terminal.

  --cert   the controller's certificate: kubeseal --fetch-cert > cert.pem
  --scope  what the ciphertext is bound to: namespace and name of the Secret (strict, the default), the namespace alone,
           or the cluster
`;

interface Arguments {
  readonly file: string;
  readonly cert: string;
  readonly scope: SealingScope;
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
  const { file, cert, scope } = args;
  const findings = new Findings();
  const target = readSealTarget(file, findings);
  for (const warning of findings.warnings) stderr.write(`Warning: ${formatFindings([warning])}`);
  if (target === undefined)
    throw new SealError(`nothing was sealed:\n\n${formatFindings(findings.problems).trimEnd()}`);
  const publicKey = readSealingKey(readText(cert), cert, new Date());
  const question = `Password of ${target.username} at ${target.host} (is not shown): `;
  const password = await takePassword(question, target.source, { input: stdin, output: stderr });
  const sealed = sealFile(file, target, password, { publicKey, scope });
  stdout.write(report(file, sealed, password, target.isInline));
}

function readArguments(args: string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [file, ...others] = positionals;
  const { cert, scope = SealingScope.STRICT } = values;
  if (file === undefined || others.length > 0) throw new SealError(`one values file is wanted\n\n${USAGE}`);
  if (cert === undefined) throw new SealError(`--cert is missing: the certificate of the controller\n\n${USAGE}`);
  if (!Object.values<string>(SealingScope).includes(scope)) {
    throw new SealError(`--scope is one of ${Object.values(SealingScope).join(', ')}`);
  }
  return { file, cert, scope: scope as SealingScope };
}

function parse(args: string[]) {
  const options = {
    cert: { type: 'string' },
    scope: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    // The message of parseArgs quotes what it did not expect, which may be a password.
    throw new SealError(`an option that is not known, or one without its value\n\n${USAGE}`);
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new SealError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
}

function report(file: string, sealed: SealedPassword, { origin }: Password, wasInline: boolean): string {
  const { secretName, username, host, scope, encryptedData } = sealed;
  const secrets = Object.keys(encryptedData).map((namespace) => `${namespace}/${secretName}`);
  const lines = [
    `Sealed: ${file}, for ${secrets.join(' and ')} (${scope}), ${username} at ${host}; the password from ${origin}`,
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
