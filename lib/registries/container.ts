import { Construct } from 'constructs';
import { levelsDoubt, validateTakesImages } from './known-services';
import { LoginRegistryProps, ownLogin } from './own-login';
import { Registry, RegistryKind } from './registry';
import { wellKnownRegistry } from './well-known-kinds';
import { validatePushHost } from '../images/image-reference';
import { ValidationError, at, givenProps, invalid, validateBoolean } from '../validation';

/** Any registry with a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export const container = containerKind(false);
/** The same registries without TLS. */
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
  /** The host as image references write it, with the port if it has one: `harbor.example.com:8443`. */
  readonly host: string;
  /**
   * Whether the registry speaks HTTP, without TLS. `registryEndpoint` then begins with `http://`. The builder can push
   * to such a registry only with `insecureSkipVerify`.
   *
   * @default false
   */
  readonly plainHttp?: boolean;
}

/** Any registry that accepts a user name and a password: Harbor, Quay, GHCR, GitLab, a host with a port. */
export class ContainerRegistry extends Registry {
  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
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

/**
 * Checks that a host stores images, and that it is not a well-known host with a port, under which clients would not
 * find the login.
 */
function validateService(host: string): ValidationError[] {
  const bare = host.replace(/:[0-9]+$/, '');
  const known = bare === host ? undefined : wellKnownRegistry(bare);
  if (known === undefined) return validateTakesImages(host);
  return invalid('malformed', `${host} has a port, and ${known.kind.title} has none: \`${known.host}\``);
}
