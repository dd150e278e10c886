import { container, plainHttpContainer } from './container';
import { NamedHost, wellKnownRegistry } from './well-known-kinds';

/**
 * The registry with this host.
 *
 * @param plainHttp whether it speaks HTTP, without TLS: the kinds that are well known do not
 */
export function registryOf(host: string, plainHttp = false): NamedHost {
  return wellKnownRegistry(host) ?? { kind: plainHttp ? plainHttpContainer : container, host };
}
