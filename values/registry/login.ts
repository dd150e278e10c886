import * as path from 'path';
import { GOOGLE_KEY_USERNAME } from '../../lib/push-secret/google-key';
import { revealPassword } from '../../lib/push-secret/login';
import { usernameFaults } from '../../lib/push-secret/username';
import { SecretStoreKind, externalSecretFaults } from '../../lib/push-secret/external-secret';
import { credentialsIn } from '../../lib/redact';
import { PasswordSource, looksLikePath } from '../../lib/push-secret/password-source';
import { SealedUse, SealingScope, sealedPasswordFaults, sealedUseFaults } from '../../lib/push-secret/sealed-secret';
import { FileReport } from '../report/file-report';
import { warnOfInlinePassword, warnOfPasswordFile } from './git';
import { PushSecretValues } from './registry-values';
import { CustomImageValues } from '../schema/schema';
import { KeyPath } from '../yaml/yaml-source';

const USERNAME: KeyPath = ['customImage', 'registryUsername'];
const PASSWORD: KeyPath = ['customImage', 'registryPassword'];
const PASSWORD_FROM: KeyPath = ['customImage', 'registryPasswordFrom'];
const THREE_WAYS = 'registryPasswordFrom: {env: NAME} or {file: path}, {externalSecret: ...}, or {sealed: ...}';

/** What the login is for. */
export type LoginUse = Omit<SealedUse, 'username'>;

/** Reads user name and password source: both, or neither where the Secret exists already. */
export function readLogin(values: CustomImageValues, use: LoginUse, report: FileReport): PushSecretValues {
  const { registryUsername: username, registryPassword, registryPasswordFrom } = values;
  const hasSource = registryPassword !== undefined || registryPasswordFrom !== undefined;
  const sourceIsBroken = report.isBroken(PASSWORD) || report.isBroken(PASSWORD_FROM);
  if (registryPassword !== undefined && registryPasswordFrom !== undefined) {
    report.problem(PASSWORD_FROM, 'two sources of one password: keep registryPassword or registryPasswordFrom', 'key');
  }
  if (username === undefined && hasSource && !report.isBroken(USERNAME)) {
    report.problem(USERNAME, 'missing: a password needs a user name');
  }
  if (username !== undefined) {
    report.problems(USERNAME, usernameFaults(username));
    if (!hasSource && !sourceIsBroken) {
      report.problem(
        USERNAME,
        `a user name without a password: add ${THREE_WAYS}; or remove the user name where the Secret exists already`,
      );
    }
  }
  const password = readPassword(values, use, report);
  if (password !== undefined) checkContent(password, username, report);
  if (username === undefined || password === undefined) return { from: 'existing' };
  return { from: 'login', login: { host: use.host, username, password: password.source } };
}

interface Password {
  readonly source: PasswordSource;
  readonly path: KeyPath;
}

/** Checks what a password holds. */
function checkContent({ source, path }: Password, username: string | undefined, report: FileReport): void {
  if (!source.available || source._form !== 'plaintext') return;
  const { password, faults } = revealPassword(username ?? '', source);
  // Without a user name it is not known whether a key file is wanted: only that something is.
  if (username === undefined && password !== '') return;
  report.problems(path, faults);
  if (faults.length === 0 && password !== password.trim()) {
    report.warning(path, `${source._origin} begins or ends with white space, which then counts`);
  }
}

function readPassword(values: CustomImageValues, use: LoginUse, report: FileReport): Password | undefined {
  const { registryUsername, registryPassword, registryPasswordFrom } = values;
  if (registryPassword !== undefined) return readInline(registryUsername, registryPassword, report);
  if (registryPasswordFrom === undefined) return undefined;
  const given = Object.entries(registryPasswordFrom).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const which = given.length === 0 ? 'none is given' : `${given.map(([key]) => key).join(' and ')} are given`;
    if (!report.isBroken(PASSWORD_FROM))
      report.problem(PASSWORD_FROM, `one of env, file, externalSecret and sealed is wanted; ${which}`);
    return undefined;
  }
  const { env, file, externalSecret, sealed } = registryPasswordFrom;
  if (env !== undefined) return readEnv(env, report);
  if (file !== undefined) return readFile(file, report);
  if (externalSecret !== undefined) return readExternalSecret(externalSecret, report);
  return sealed === undefined ? undefined : readSealed(sealed, { username: registryUsername, ...use }, report);
}

function readInline(username: string | undefined, value: string | object, report: FileReport): Password | undefined {
  if (typeof value === 'object' && username !== GOOGLE_KEY_USERNAME) {
    report.problem(
      PASSWORD,
      `a mapping where text is wanted; put the password in single quotes (a key file as it is only with ${GOOGLE_KEY_USERNAME})`,
    );
    return undefined;
  }
  warnOfInlinePassword(PASSWORD, THREE_WAYS, report);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { source: PasswordSource.fromPlaintext(text), path: PASSWORD };
}

function readEnv(variable: string, report: FileReport): Password | undefined {
  const path = [...PASSWORD_FROM, 'env'];
  // Capitals only: whoever pastes the token itself here must not read it again in a message.
  const isName = /^[A-Z_][A-Z0-9_]*$/.test(variable);
  const source = isName ? PasswordSource.fromEnv(variable) : undefined;
  if (source === undefined || isPasswordItself(variable, source)) {
    report.problem(
      path,
      'this is no name of an environment variable (capitals, digits, "_"); the password itself does not belong here',
    );
    return undefined;
  }
  return { source, path };
}

function readFile(file: string, report: FileReport): Password | undefined {
  const key = [...PASSWORD_FROM, 'file'];
  if (/^(?:[/\\]|~[/\\]|[A-Za-z]:)/.test(file)) {
    report.problem(key, 'the path is relative to the values file, so that it is the same on every machine');
    return undefined;
  }
  // A path has a "/" or a ".": what has neither is more likely the password, and would be in the note on a missing file.
  if (file.length > 255 || /[\u0000-\u001f{}]/.test(file) || !/[/.\\]/.test(file)) {
    report.problem(
      key,
      'this is no path of a file (`./name` is one beside the values file); the password itself does not belong here',
    );
    return undefined;
  }
  const location = path.join(path.dirname(report.file), file);
  try {
    const source = PasswordSource.fromFile(location);
    if (!looksLikePath(file) && isPasswordItself(file, source)) {
      report.problem(key, 'there is no such file; the password itself does not belong here');
      return undefined;
    }
    if (source.available) warnOfPasswordFile(location, key, report);
    return { source, path: key };
  } catch (error) {
    report.problem(key, (error as Error).message);
    return undefined;
  }
}

/** Whether what should name a source is rather the password: then it names nothing that is there. */
function isPasswordItself(text: string, source: PasswordSource): boolean {
  return !source.available && credentialsIn(text).length > 0;
}

type PasswordFrom = NonNullable<CustomImageValues['registryPasswordFrom']>;

function readExternalSecret(
  values: NonNullable<PasswordFrom['externalSecret']>,
  report: FileReport,
): Password | undefined {
  const path = [...PASSWORD_FROM, 'externalSecret'];
  const source = { ...values, storeKind: values.storeKind as SecretStoreKind | undefined };
  const faults = externalSecretFaults(source);
  report.faults(path, faults);
  if (faults.length > 0) return undefined;
  return { source: PasswordSource.fromExternalSecret(source), path };
}

function readSealed(
  values: NonNullable<PasswordFrom['sealed']>,
  use: SealedUse,
  report: FileReport,
): Password | undefined {
  const path = [...PASSWORD_FROM, 'sealed'];
  const sealed = { ...values, scope: values.scope as SealingScope };
  const faults = sealedPasswordFaults(sealed);
  report.faults(path, faults);
  if (faults.length > 0) return undefined;
  report.problems(path, sealedUseFaults(sealed, use));
  return { source: PasswordSource.fromSealed(sealed), path };
}
