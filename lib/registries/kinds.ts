import { container, plainHttpContainer } from './container';
import { RegistryKind } from './registry';
import { wellKnownKind } from './well-known-kinds';

/**
 * The kind of registry that a host belongs to.
 *
 * @param plainHttp whether the registry speaks HTTP, without TLS, which the well-known kinds do not
 */
export function kindOf(host: string, plainHttp = false): RegistryKind {
  return wellKnownKind(host) ?? (plainHttp ? plainHttpContainer : container);
}
