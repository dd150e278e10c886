import { container, plainHttpContainer } from './container';
import { NamedHost, wellKnownRegistry } from './well-known-kinds';

/**
 * The registry with this host.
 *
 * @param plainHttp whether the registry speaks HTTP, without TLS, which the well-known kinds do not
 */
export function registryOf(host: string, plainHttp = false): NamedHost {
  return wellKnownRegistry(host) ?? { kind: plainHttp ? plainHttpContainer : container, host };
}
