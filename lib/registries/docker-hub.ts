import { Construct } from 'constructs';
import { PushTarget } from '../images/push-target';
import { DOCKER_HUB_HOST, isDockerHub } from '../push-secret/docker-config';
import { LoginRegistry, LoginRegistryProps } from './login-registry';
import { RegistryKind } from './registry';

/** @see https://docs.docker.com/docker-hub/repos/create/ */
const REPOSITORY = /^[a-z0-9_-]{2,255}$/;

/** Docker Hub. */
export const dockerHub: RegistryKind = {
  title: 'Docker Hub',
  className: 'DockerHubRegistry',
  canonicalHost: (host) => (isDockerHub(host) ? DOCKER_HUB_HOST : undefined),
  endpoint: (host) => host,
  usernameDoubt: (username) =>
    username.includes('@') ? 'Docker Hub logs in by the Docker ID, not by an e-mail address' : undefined,
  targetFaults,
  create: (scope, id, _host, props) => new DockerHubRegistry(scope, id, props),
};

/** Props of a `DockerHubRegistry`. */
export interface DockerHubRegistryProps extends LoginRegistryProps {}

/**
 * Docker Hub. The password is a personal access token with read and write, or an organization access token with the
 * organization's name as user name.
 *
 * @see https://docs.docker.com/security/access-tokens/
 */
export class DockerHubRegistry extends LoginRegistry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: DockerHubRegistryProps) {
    super(scope, id, { kind: dockerHub, host: DOCKER_HUB_HOST, props });
  }
}

function targetFaults(target: PushTarget): string[] {
  const components = target.path.split('/');
  if (target.isPrefix) {
    return components.length === 1 && target.path !== ''
      ? []
      : [`on Docker Hub a prefix is a namespace alone: \`${DOCKER_HUB_HOST}/${components[0] || '<namespace>'}\``];
  }
  if (components.length === 1) {
    return [`a repository on Docker Hub is in a namespace: \`${DOCKER_HUB_HOST}/<namespace>/${target.path}\``];
  }
  if (components.length > 2) {
    return [`a repository on Docker Hub is \`${DOCKER_HUB_HOST}/<namespace>/<repository>\`, with no further "/"`];
  }
  if (REPOSITORY.test(components[1])) return [];
  return [`${components[1]} is no repository name of Docker Hub: 2 to 255 of a-z, 0-9, "_" and "-"`];
}
