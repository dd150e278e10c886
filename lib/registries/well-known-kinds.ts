import { azure } from './azure';
import { dockerHub } from './docker-hub';
import { ecr } from './ecr';
import { google } from './google';
import { RegistryKind } from './registry';

const KINDS: readonly RegistryKind[] = [dockerHub, google, ecr, azure];

/** The kind of registry that is known by this host; nothing where it is a plain one. */
export function wellKnownKind(host: string): RegistryKind | undefined {
  return KINDS.find((kind) => kind.canonicalHost(host) !== undefined);
}
