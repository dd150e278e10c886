import { authsKey } from '../../lib/push-secret/docker-config';
import { KubeObject } from './types';

export interface DockerLogin {
  readonly username: string;
  readonly password: string;
}

export interface DockerConfig {
  /** The keys under `auths`, each with its login or the reason why it has none. */
  readonly entries: Readonly<Record<string, DockerLogin | string>>;
}

/** The docker config in a push Secret, or nothing if there is none. Never show it in a message. */
export function dockerConfigOf({ data }: KubeObject): DockerConfig | undefined {
  try {
    const text = Buffer.from(data?.['.dockerconfigjson'] ?? '', 'base64').toString('utf8');
    const { auths } = JSON.parse(text) as { auths?: Record<string, { auth?: unknown } | null> };
    if (typeof (auths ?? {}) !== 'object') return undefined;
    const entries = Object.entries(auths ?? {}).map(([key, entry]) => [key, loginOf(entry?.auth)]);
    return { entries: Object.fromEntries(entries) as DockerConfig['entries'] };
  } catch {
    return undefined;
  }
}

/** The login that clients find for a host. */
export function loginFor(config: DockerConfig | undefined, host: string): DockerLogin | string | undefined {
  return config?.entries[authsKey(host)];
}

/** All secret texts in a push Secret. */
export function secretsOf(secret: KubeObject): string[] {
  const logins = Object.values(dockerConfigOf(secret)?.entries ?? {});
  return logins.flatMap((login) => {
    if (typeof login === 'string') return [];
    const auth = Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64');
    return [login.password, login.password.trim(), auth];
  });
}

function loginOf(auth: unknown): DockerLogin | string {
  if (typeof auth !== 'string' || auth === '')
    return 'has no auth, which is the only field that buildah, skopeo and podman read';
  const decoded = Buffer.from(auth, 'base64');
  const text = decoded.toString('utf8');
  const colon = text.indexOf(':');
  // as Go's decoder reads it: with padding, ignoring line breaks
  if (decoded.toString('base64') !== auth.replace(/[\r\n]/g, '') || colon < 0) {
    return 'has an auth that is not base64 of user:password';
  }
  const [username, password] = [text.slice(0, colon), text.slice(colon + 1)];
  if (username === '' || password === '') return 'has an auth without user name or password';
  if (/[\r\n]$/.test(password)) return 'has a password that ends with a line break, which registries refuse';
  return { username, password };
}
