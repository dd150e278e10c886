import { container, plainHttpContainer } from './container';
import { RegistryKind } from './registry';
import { wellKnownKind } from './well-known-kinds';

/**
 * The kind of registry that a host belongs to.
 *
 * @param plainHttp whether it speaks HTTP, without TLS: the kinds that are well known do not
 */
export function kindOf(host: string, plainHttp = false): RegistryKind {
  return wellKnownKind(host) ?? (plainHttp ? plainHttpContainer : container);
}
