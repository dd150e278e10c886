/**
 * Docker Hub's key in a docker config, to the letter: docker, BuildKit, kaniko, crane and ORAS look under no other,
 * and buildah, skopeo, podman and the kubelet find it too.
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

/** Whether a host is one of those by which Docker Hub goes. */
export function isDockerHub(host: string): boolean {
  return DOCKER_HUB_ALIASES.includes(host.toLowerCase());
}

/** The host that a login is for, as image references have it: Docker Hub's for each of its aliases. */
export function loginHost(host: string): string {
  return isDockerHub(host) ? DOCKER_HUB_HOST : host.toLowerCase();
}

/** A login in plaintext, as it goes into a docker config. */
export interface PlainLogin {
  /** The registry's host as it stands in image references, with the port where there is one. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/** The key of a registry under `auths`: Docker Hub's own, for every other registry the bare lower-case host. */
export function authsKey(host: string): string {
  return isDockerHub(host) ? DOCKER_HUB_KEY : loginHost(host);
}

/**
 * The docker config that authenticates buildah, skopeo, podman, docker, BuildKit, kaniko, crane, ORAS and the kubelet.
 *
 * Each entry holds `auth` alone: containers/image reads nothing else, and every other client prefers it.
 */
export function dockerConfigJson(logins: readonly PlainLogin[]): string {
  const auths: Record<string, { auth: string }> = {};
  for (const { host, username, password } of logins) {
    auths[authsKey(host)] = { auth: Buffer.from(`${username}:${password}`, 'utf8').toString('base64') };
  }
  return JSON.stringify({ auths });
}
