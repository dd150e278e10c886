/**
 * Docker Hub's key in a docker config. It must be exactly this: docker, BuildKit, kaniko, crane and ORAS accept no
 * other key, and buildah, skopeo, podman and the kubelet find it too.
 *
 * @see https://github.com/docker/cli/blob/master/cli/config/credentials/file_store.go
 */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/** Docker Hub's host in image references. */
export const DOCKER_HUB_HOST = 'docker.io';
const DOCKER_HUB_ALIASES = [
  DOCKER_HUB_HOST,
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
];

/** Whether a host is one of Docker Hub's. */
export function isDockerHub(host: string): boolean {
  return DOCKER_HUB_ALIASES.includes(host.toLowerCase());
}

/** The host of a login as image references write it. Docker Hub's aliases become `docker.io`. */
export function loginHost(host: string): string {
  return isDockerHub(host) ? DOCKER_HUB_HOST : host.toLowerCase();
}

/** A login in plaintext, as a docker config stores it. */
export interface PlainLogin {
  /** The registry's host as image references write it, with the port if it has one. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/** The key of a registry under `auths`: the host in lower case, except for Docker Hub, which has its own key. */
export function authsKey(host: string): string {
  return isDockerHub(host) ? DOCKER_HUB_KEY : loginHost(host);
}

/**
 * The docker config that authenticates buildah, skopeo, podman, docker, BuildKit, kaniko, crane, ORAS and the kubelet.
 *
 * Each entry has only `auth`: containers/image reads nothing else, and every other client prefers it.
 */
export function dockerConfigJson(logins: readonly PlainLogin[]): string {
  const auths: Record<string, { auth: string }> = {};
  for (const { host, username, password } of logins) {
    auths[authsKey(host)] = { auth: Buffer.from(`${username}:${password}`, 'utf8').toString('base64') };
  }
  return JSON.stringify({ auths });
}
