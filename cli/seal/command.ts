import * as fs from 'fs';
import { SealedPassword, SealingScope } from '../../lib';
import { Findings, formatFindings } from '../../values/report/findings';
import { readSealTarget } from '../../values/registry/seal-target';
import { FETCH, readSealingKey } from './certificate';
import { loginOf, takePassword } from './password';
import type { Streams } from '../streams';
import { refuseEmpty } from '../usage-error';
import { SealError } from './seal-error';
import { sealFile } from './seal-file';

/** What to seal, and with which certificate. */
export interface SealArguments {
  readonly file: string;
  readonly cert: string;
  readonly scope?: SealingScope;
}

/** Runs the command and returns its exit status. It never prints a credential. */
export async function sealCommand(args: SealArguments, streams: Streams): Promise<number> {
  refuseEmpty('the name of the file', args.file);
  try {
    await run(args, streams);
    return 0;
  } catch (error) {
    // The message of another program's error may quote its input, so show only the code.
    const { name, code } = error as NodeJS.ErrnoException;
    const defect = `this is a bug in this program, please report it: ${code ?? name}`;
    streams.stderr.write(`Error: ${error instanceof SealError ? error.message : defect}\n`);
    return 1;
  }
}

/** Seals the password of one values file. It checks everything before it writes. */
async function run(args: SealArguments, { stdin, stderr }: Streams): Promise<void> {
  const { file, cert } = args;
  if (/^https?:/.test(cert)) throw new SealError(`--cert must be a file: download the certificate first; ${FETCH}`);
  const findings = new Findings();
  const target = readSealTarget(file, findings);
  for (const warning of findings.warnings) stderr.write(`Warning: ${formatFindings([warning])}`);
  if (target === undefined)
    throw new SealError(`nothing was sealed:\n\n${formatFindings(findings.problems).trimEnd()}`);
  const publicKey = readSealingKey(readCertificate(cert), cert, new Date());
  const { password, origin } = await takePassword(target, { input: stdin, output: stderr });
  const scope = args.scope ?? target.scope ?? SealingScope.STRICT;
  const sealed = sealFile(file, target, password, { publicKey, scope });
  stderr.write(report(file, sealed, origin, target.isInline));
}

function readCertificate(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new SealError(
      `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}; ${FETCH}`,
    );
  }
}

function report(file: string, sealed: SealedPassword, origin: string, wasInline: boolean): string {
  const { secretName, scope, encryptedData } = sealed;
  const secrets = Object.keys(encryptedData).map((namespace) => `${namespace}/${secretName}`);
  const lines = [
    `Sealed: ${file}, for ${secrets.join(' and ')} (${scope}): the password ${loginOf(sealed)}, from ${origin}`,
    'Next: run synth, and commit the values file and its output folder',
  ];
  if (wasInline) {
    lines.push(
      'registryPassword is removed from the file, but git may have it in its history: create a new password at the',
      'registry, seal it, and revoke the old one',
    );
  }
  return `${lines.join('\n')}\n`;
}
