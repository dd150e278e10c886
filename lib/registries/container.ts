import { Construct } from 'constructs';
import { LoginRegistry, LoginRegistryProps } from './login-registry';
import { particularKindOf } from './particular-kinds';
import { RegistryKind } from './registry';
import { booleanFaults, givenProps } from '../validation';
import { pushHostFaults } from '../images/image-reference';

/** Any registry with a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export const container: RegistryKind = {
  title: 'a plain registry',
  className: 'ContainerRegistry',
  canonicalHost: (host) => host,
  endpoint: (host) => `https://${host}`,
  targetFaults: () => [],
  create: (scope, id, host, props) => new ContainerRegistry(scope, id, { ...props, host }),
};

/** Props of a `ContainerRegistry`. */
export interface ContainerRegistryProps extends LoginRegistryProps {
  /** The host as it stands in image references, with the port where there is one: `harbor.example.com:8443`. */
  readonly host: string;
  /**
   * The registry speaks HTTP, without TLS: `registryEndpoint` says so. The builder pushes to it with
   * `insecureSkipVerify` alone.
   *
   * @default false
   */
  readonly plainHttp?: boolean;
}

/** Any registry that takes a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export class ContainerRegistry extends LoginRegistry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: ContainerRegistryProps) {
    const { host, plainHttp = false } = givenProps(props);
    super(scope, id, {
      kind: plainHttp ? { ...container, endpoint: (name) => `http://${name}` } : container,
      host,
      hostFaults: hostFaults(host),
      props,
      checkMore: (faults) => faults.add('plainHttp', ...booleanFaults(plainHttp)),
    });
  }
}

function hostFaults(host: string): string[] {
  const faults = pushHostFaults(host);
  if (faults.length > 0) return faults;
  const other = particularKindOf(host);
  return other === undefined ? [] : [`${host} is a host of ${other.title}: use ${other.className}`];
}
