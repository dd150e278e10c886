import { container } from './container';
import { dockerHub } from './docker-hub';
import { ecr } from './ecr';
import { google } from './google';
import { RegistryKind } from './registry';

/** The kinds of registry, the most particular first: `container` takes every host. */
const KINDS: readonly RegistryKind[] = [dockerHub, google, ecr, container];

/** The kind of registry that a host belongs to. */
export function kindOf(host: string): RegistryKind {
  return KINDS.find((kind) => kind.canonicalHost(host) !== undefined) ?? container;
}
