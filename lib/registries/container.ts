import { Construct } from 'constructs';
import { levelsDoubt, validateTakesImages } from './known-services';
import { LoginRegistryProps, ownLogin } from './own-login';
import { Registry, RegistryKind } from './registry';
import { wellKnownRegistry } from './well-known-kinds';
import { validatePushHost } from '../images/image-reference';
import { ValidationError, at, givenProps, invalid, validateBoolean } from '../validation';

/** Any registry with a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export const container = containerKind(false);
/** The same without TLS. */
export const plainHttpContainer = containerKind(true);

function containerKind(plainHttp: boolean): RegistryKind {
  return {
    title: 'a plain registry',
    className: 'ContainerRegistry',
    canonicalHost: (host) => host,
    endpoint: (host) => `${plainHttp ? 'http' : 'https'}://${host}`,
    validateHost: validateService,
    validateTarget: () => [],
    targetDoubt: levelsDoubt,
    create: (scope, id, host, props) => new ContainerRegistry(scope, id, { ...props, host, plainHttp }),
  };
}

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
export class ContainerRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: ContainerRegistryProps) {
    const { host, plainHttp = false } = givenProps(props);
    const login = ownLogin('ContainerRegistryProps', props);
    super(scope, id, {
      ...login,
      kind: plainHttp ? plainHttpContainer : container,
      host,
      hostErrors: validateContainerHost(host),
      errors: [...at(['plainHttp'], validateBoolean(plainHttp)), ...(login.errors ?? [])],
    });
  }
}

function validateContainerHost(host: string): ValidationError[] {
  const errors = validatePushHost(host);
  if (errors.length > 0) return errors;
  const other = wellKnownRegistry(host)?.kind;
  if (other === undefined) return validateService(host);
  return invalid('mismatch', `${host} is a host of ${other.title}: use ${other.className}`);
}

/** Checks that a host is neither one that takes no images, nor a well-known one with a port: a login is found by its key. */
function validateService(host: string): ValidationError[] {
  const bare = host.replace(/:[0-9]+$/, '');
  const known = bare === host ? undefined : wellKnownRegistry(bare);
  if (known === undefined) return validateTakesImages(host);
  return invalid('malformed', `${host} has a port, and ${known.kind.title} has none: \`${known.host}\``);
}
