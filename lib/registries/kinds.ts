import { container } from './container';
import { particularKindOf } from './particular-kinds';
import { RegistryKind } from './registry';

/** The kind of registry that a host belongs to. */
export function kindOf(host: string): RegistryKind {
  return particularKindOf(host) ?? container;
}
