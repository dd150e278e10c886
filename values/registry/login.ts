import { GOOGLE_KEY_BASE64_USERNAME } from '../../lib/push-secret/google-key';
import { RegistryLogin } from '../../lib/push-secret/login';
import { isKeyFile } from '../../lib/push-secret/password';
import { plaintextOf } from '../../lib/push-secret/password-source';
import { passwordDoubt, shortLivedLogin } from '../../lib/push-secret/short-lived-login';
import { SecretContents } from '../../lib/push-secret/secret-contents';
import { validateUsername } from '../../lib/push-secret/username';
import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import type { CustomImageValues } from '../schema/schema';
import { type FoundSource, readPasswordSource, PASSWORD_SOURCES } from './password-source';
import { notThePassword } from './not-the-password';
import type { Place } from './place';
import type { PushSecretValues } from './registry-values';

const USERNAME: ValuePath = ['customImage', 'registryUsername'];
const PASSWORD: ValuePath = ['customImage', 'registryPassword'];
const PASSWORD_FROM: ValuePath = ['customImage', 'registryPasswordFrom'];

/**
 * Reads the user name and the password source. A file has both, or neither if the push Secret already exists.
 *
 * @param source whether a user name without a password source is a problem
 */
export function readLogin(
  values: CustomImageValues,
  place: Place,
  report: FileReport,
  source: 'required' | 'optional' = 'required',
): PushSecretValues {
  const { registryUsername: username, registryPassword, registryPasswordFrom } = values;
  const hasSource = registryPassword !== undefined || registryPasswordFrom !== undefined;
  const sourceIsBroken = report.isBroken(PASSWORD) || report.isBroken(PASSWORD_FROM);
  if (registryPassword !== undefined && registryPasswordFrom !== undefined) {
    const message = 'the password has two sources: keep either registryPassword or registryPasswordFrom';
    report.problem(PASSWORD_FROM, 'conflict', message, 'key');
  }
  if (username === undefined && hasSource && !report.isBroken(USERNAME)) {
    report.problem(USERNAME, 'missing', 'missing: a password needs a user name');
  }
  if (username !== undefined && !hasSource) {
    report.errors(USERNAME, validateUsername(username));
    if (!sourceIsBroken && source === 'required') {
      const message = `the user name has no password: add ${PASSWORD_SOURCES}; or remove the user name if the push Secret already exists`;
      report.problem(USERNAME, 'mismatch', message);
    }
  }
  const found = readPasswordSource(values, report);
  if (found === undefined) return { from: 'existing' };
  const plaintext = plaintextOf(found.source);
  if (plaintext !== undefined) report.hide(plaintext);
  const login = makeLogin(values, found, place, report);
  warnOfUsername(username, place, report);
  warnOfShortLife(username, found, place, report);
  if (!found.source.available) return { from: 'missing-password', origin: found.source.origin };
  return login === undefined ? { from: 'existing' } : { from: 'login', login };
}

function makeLogin(
  values: CustomImageValues,
  { source, path }: FoundSource,
  place: Place,
  report: FileReport,
): RegistryLogin | undefined {
  const { registryUsername: username } = values;
  // With no host given, assume the one that the password was sealed for.
  const host = place.host ?? values.registryPasswordFrom?.sealed?.host ?? 'docker.io';
  const login = report.collect(
    () => RegistryLogin.of({ host, username: username ?? '', password: source }),
    ({ path: [prop], code }) => {
      if (prop === 'username') return username === undefined ? undefined : USERNAME;
      // The user name decides whether the password must be a key file. Without one, report only an empty password.
      if (prop !== 'password' || code === 'unavailable') return undefined;
      return username === undefined && plaintextOf(source) !== '' ? undefined : path;
    },
  );
  if (login === undefined) return undefined;
  report.errors(
    path,
    new SecretContents([login])
      .validate({ secretName: place.pushSecretName, namespaces: place.namespaces })
      .map((error) => ({ ...error, path: [] })),
  );
  const plaintext = plaintextOf(source);
  const isKey = username === GOOGLE_KEY_BASE64_USERNAME || isKeyFile(plaintext ?? '');
  if (plaintext !== undefined && !isKey && plaintext !== plaintext.trim()) {
    report.warning(
      path,
      'doubtful',
      `${source.origin} begins or ends with white space: remove it unless it is part of the password`,
    );
  }
  const doubt = plaintext === undefined ? undefined : notThePassword(username, plaintext);
  if (doubt !== undefined) report.warning(path, 'doubtful', `${source.origin} ${doubt}`);
  return login;
}

/** Warns about a login that expires soon. A password in a secret store may be kept fresh there, so it is left out. */
function warnOfShortLife(
  username: string | undefined,
  { source, path }: FoundSource,
  { host }: Place,
  report: FileReport,
): void {
  if (host === undefined || path.includes('externalSecret')) return;
  const life = username === undefined ? undefined : shortLivedLogin(host, username);
  if (life !== undefined) report.warning(USERNAME, 'doubtful', life);
  const plaintext = plaintextOf(source);
  const doubt = plaintext === undefined ? undefined : passwordDoubt(host, plaintext);
  if (doubt !== undefined) report.warning(path, 'doubtful', `${source.origin} is ${doubt}`);
}

/** Warns about a user name that the registry probably does not know. */
export function warnOfUsername(username: string | undefined, { kind }: Place, report: FileReport): void {
  const doubt = username === undefined ? undefined : kind?.usernameDoubt?.(username);
  if (doubt !== undefined) report.warning(USERNAME, 'doubtful', doubt);
}
