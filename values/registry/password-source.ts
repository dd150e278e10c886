import * as fs from 'fs';
import * as path from 'path';
import type { ExternalSecretSource } from '../../lib/push-secret/external-secret';
import { GOOGLE_KEY_USERNAME } from '../../lib/push-secret/google-key';
import { YANDEX_KEY_USERNAME } from '../../lib/push-secret/password';
import { PasswordSource, looksLikePath } from '../../lib/push-secret/password-source';
import type { SealedPassword } from '../../lib/push-secret/sealed-secret';
import { credentialsIn } from '../../lib/redact';
import { validateText } from '../../lib/text';
import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import type { CustomImageValues } from '../schema/schema';
import { isTrackedByGit, warnOfInlinePassword, warnOfPasswordFile } from './git';

const PASSWORD: ValuePath = ['customImage', 'registryPassword'];
const PASSWORD_FROM: ValuePath = ['customImage', 'registryPasswordFrom'];
/** The ways to give a password without writing it into the file. */
export const PASSWORD_SOURCES =
  'registryPasswordFrom: {env: NAME}, {file: path}, {externalSecret: ...} or {sealed: ...}';

/** The password source that a values file names, and the key that names it. */
export interface FoundSource {
  readonly source: PasswordSource;
  readonly path: ValuePath;
}

/** Reads the password source. Returns nothing if the file has none, or a wrong one. */
export function readPasswordSource(values: CustomImageValues, report: FileReport): FoundSource | undefined {
  const { registryUsername, registryPassword, registryPasswordFrom } = values;
  if (registryPassword !== undefined) return readInline(registryUsername, registryPassword, report);
  if (registryPasswordFrom === undefined) return undefined;
  const given = Object.entries(registryPasswordFrom).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const which = given.length === 0 ? 'none' : given.map(([key]) => key).join(' and ');
    if (!report.isBroken(PASSWORD_FROM)) {
      const message = `expected one of env, file, externalSecret and sealed, got ${which}`;
      report.problem(PASSWORD_FROM, given.length === 0 ? 'missing' : 'conflict', message);
    }
    return undefined;
  }
  const { env, file, externalSecret, sealed } = registryPasswordFrom;
  if (env !== undefined) return readEnv(env, report);
  if (file !== undefined) return readFile(file, report);
  if (externalSecret !== undefined) {
    return readStored('externalSecret', report, () =>
      PasswordSource.fromExternalSecret(externalSecret as ExternalSecretSource),
    );
  }
  return readStored('sealed', report, () => PasswordSource.fromSealed(sealed as SealedPassword));
}

function readInline(username: string | undefined, value: string | object, report: FileReport): FoundSource | undefined {
  if (typeof value === 'object' && ![GOOGLE_KEY_USERNAME, YANDEX_KEY_USERNAME].includes(username ?? '')) {
    const message = `expected text, got a mapping: put the password in single quotes (only a key file for the user name ${GOOGLE_KEY_USERNAME} needs none)`;
    report.problem(PASSWORD, 'wrong-type', message);
    return undefined;
  }
  warnOfInlinePassword(PASSWORD, PASSWORD_SOURCES, report);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { source: PasswordSource.fromPlaintext(text), path: PASSWORD };
}

function readEnv(variable: string, report: FileReport): FoundSource | undefined {
  const key = [...PASSWORD_FROM, 'env'];
  // Allow only capital letters. People paste the token itself here, and a message must not show it.
  const isName = /^[A-Z_][A-Z0-9_]*$/.test(variable);
  const source = isName ? PasswordSource.fromEnv(variable) : undefined;
  if (source === undefined || isPasswordItself(variable, source)) {
    const message =
      'this is not the name of an environment variable (capital letters, digits and "_"): give the name, not the password itself';
    report.problem(key, 'malformed', message);
    return undefined;
  }
  return { source, path: key };
}

function readFile(file: string, report: FileReport): FoundSource | undefined {
  const key = [...PASSWORD_FROM, 'file'];
  if (/^(?:~[/\\]|\\|[A-Za-z]:)/.test(file) && !path.isAbsolute(file)) {
    const message =
      'a path that begins like this is not supported: write the absolute path, or one relative to the values file';
    report.problem(key, 'malformed', message);
    return undefined;
  }
  // A path has a "/" or a ".". A text with neither is probably the password. The note on a missing file would show it.
  if (
    file.length > 255 ||
    validateText('the path', file).some(({ code }) => code === 'malformed') ||
    /[{}]/.test(file) ||
    !/[/.\\]/.test(file)
  ) {
    const message =
      'this is not the path of a file (`./name` is a file next to the values file): give the path, not the password itself';
    report.problem(key, 'malformed', message);
    return undefined;
  }
  const isAbsolute = path.isAbsolute(file);
  const location = isAbsolute ? file : path.join(path.dirname(report.file), file);
  try {
    const source = PasswordSource.fromFile(location);
    const isPath = isAbsolute ? folderExists(file) : looksLikePath(file);
    if (!isPath && isPasswordItself(file, source)) {
      report.problem(key, 'unavailable', 'this file does not exist: give the path of a file, not the password itself');
      return undefined;
    }
    if (source.available) warnOfPasswordFile(location, key, report);
    if (isAbsolute && source.available && isTrackedByGit(report.file)) {
      const message = `git tracks this values file, so this absolute path must be the same on every machine that runs synth`;
      report.note(key, 'doubtful', message);
    }
    return { source, path: key };
  } catch (error) {
    report.problem(key, 'file', (error as Error).message);
    return undefined;
  }
}

/** Whether the folder of a file exists. If not, a text that begins with "/" may be a password. */
function folderExists(file: string): boolean {
  const folder = path.dirname(file);
  return folder !== path.dirname(folder) && fs.existsSync(folder);
}

/** Whether a text that should name a source is probably the password: it looks like one, and nothing has this name. */
function isPasswordItself(text: string, source: PasswordSource): boolean {
  return !source.available && credentialsIn(text).length > 0;
}

function readStored(key: string, report: FileReport, make: () => PasswordSource): FoundSource | undefined {
  const path = [...PASSWORD_FROM, key];
  const source = report.collect(make, (error) => [...path, ...error.path.slice(1)]);
  return source === undefined ? undefined : { source, path };
}
