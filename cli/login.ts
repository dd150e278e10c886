import type { RegistryValues } from '../values/registry/registry-values';
import { askPushAccess, describePushAccess, type PushAccess } from './push-access';

/** A registry's answer about the login of one values file. */
export interface LoginResult {
  readonly file: string;
  readonly name: string;
  /** Nothing if the registry was not asked. */
  readonly access?: PushAccess;
  /** False if the login may not push, or if the registry could not be asked. */
  readonly ok: boolean;
  /** One line for people. */
  readonly message: string;
}

/** The most registries that are asked at the same time. */
const AT_ONCE = 8;

/** Asks each registry whose password can be read whether its login may push. */
export async function askLogins(registries: readonly RegistryValues[]): Promise<LoginResult[]> {
  const results: LoginResult[] = [];
  for (let i = 0; i < registries.length; i += AT_ONCE) {
    results.push(...(await Promise.all(registries.slice(i, i + AT_ONCE).map(askLogin))));
  }
  return results;
}

async function askLogin(values: RegistryValues): Promise<LoginResult> {
  const { file, name, pushSecret } = values;
  const part = pushSecret.from === 'login' ? pushSecret.login._part : undefined;
  if (part?.form !== 'plaintext') {
    return { file, name, ok: true, message: `not asked: ${whyNotAsked(values)}` };
  }
  const { access, message } = await askAccess(values, part.login);
  return { file, name, access, ok: isGood(access), message };
}

/** Asks a registry whether a login may push to the target in its values file, and puts the answer on one line. */
export async function askAccess(
  { host, kind, target, insecureSkipVerify = false }: RegistryValues,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<{ access: PushAccess; message: string }> {
  const where = { host, repository: target.path, isPrefix: target.isPrefix };
  const plainHttp = kind.endpoint(host).startsWith('http://');
  const access = await askPushAccess({ ...where, username, password, plainHttp, insecureSkipVerify });
  return { access, message: describePushAccess(where, access) };
}

/** Whether the answer allows a push, as far as it is known. */
export function isGood({ kind }: PushAccess): boolean {
  return kind === 'may-push' || kind === 'logged-in';
}

function whyNotAsked({ pushSecret, pushSecretName }: RegistryValues): string {
  switch (pushSecret.from) {
    case 'missing-password':
      return `${pushSecret.origin} is missing`;
    case 'tokens':
      return 'the cluster fetches the tokens; `kubectl logs` of the first Job shows whether they may push';
    case 'existing':
      return `the Secret ${pushSecretName} is not made by synth`;
    case 'login':
      return 'the password is sealed, or in a secret store';
  }
}
