import { Construct } from 'constructs';
import { LoginRegistryProps, Registry, RegistryKind, loginChecks, loginPushSecret } from './registry';

/** Any registry with a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export const container: RegistryKind = {
  title: 'a plain registry',
  canonicalHost: (host) => host,
  endpoint: (host) => `https://${host}`,
  targetFaults: () => [],
  create: (scope, id, host, props) => new ContainerRegistry(scope, id, { ...props, host }),
};

/** Props of a `ContainerRegistry`. */
export interface ContainerRegistryProps extends LoginRegistryProps {
  /** The host as it stands in image references, with the port where there is one: `harbor.example.com:8443`. */
  readonly host: string;
}

/** Any registry that takes a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export class ContainerRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: ContainerRegistryProps) {
    super(scope, id, container, props?.host, props, loginPushSecret(props), loginChecks(props));
  }
}
