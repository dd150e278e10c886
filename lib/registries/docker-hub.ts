import { Construct } from 'constructs';
import { LoginRegistryProps, ownLogin } from './own-login';
import { Registry, RegistryKind } from './registry';
import { PushTarget } from '../images/push-target';
import { DOCKER_HUB_HOST, isDockerHub } from '../push-secret/docker-config';
import { ValidationError, invalid } from '../validation';

/** @see https://docs.docker.com/docker-hub/repos/create/ */
const REPOSITORY = /^[a-z0-9_-]{2,255}$/;

/** Docker Hub. */
export const dockerHub: RegistryKind = {
  title: 'Docker Hub',
  className: 'DockerHubRegistry',
  canonicalHost: (host) => (isDockerHub(host) ? DOCKER_HUB_HOST : undefined),
  endpoint: (host) => host,
  usernameDoubt: (username) =>
    username.includes('@') ? 'Docker Hub expects the Docker ID, not an e-mail address' : undefined,
  validateTarget,
  create: (scope, id, _host, props) => new DockerHubRegistry(scope, id, props),
};

/** Props of a `DockerHubRegistry`. */
export interface DockerHubRegistryProps extends LoginRegistryProps {}

/**
 * Docker Hub as a registry. The password is a personal access token that may read and write, or an organization access
 * token, whose user name is the organization's name.
 *
 * @see https://docs.docker.com/security/access-tokens/
 */
export class DockerHubRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: DockerHubRegistryProps) {
    super(scope, id, { kind: dockerHub, host: DOCKER_HUB_HOST, ...ownLogin('DockerHubRegistryProps', props) });
  }
}

function validateTarget(target: PushTarget): ValidationError[] {
  const components = target.path.split('/');
  if (target.isPrefix) {
    if (components.length === 1 && target.path !== '') return [];
    const right = `\`${DOCKER_HUB_HOST}/${components[0] || '<namespace>'}\``;
    return invalid('malformed', `a prefix on Docker Hub is just a namespace: use ${right}`);
  }
  if (components.length === 1) {
    const right = `\`${DOCKER_HUB_HOST}/<namespace>/${target.path}\``;
    return invalid('malformed', `a repository on Docker Hub needs a namespace: use ${right}`);
  }
  if (components.length > 2) {
    const right = `\`${DOCKER_HUB_HOST}/<namespace>/<repository>\``;
    return invalid('malformed', `a repository on Docker Hub has one "/" only: use ${right}`);
  }
  if (REPOSITORY.test(components[1])) return [];
  const rule = '2 to 255 of the characters a-z, 0-9, "_" and "-"';
  return invalid('malformed', `${components[1]} is not a repository name on Docker Hub: expected ${rule}`);
}
