import { azure } from './azure';
import { dockerHub } from './docker-hub';
import { ecr } from './ecr';
import { google } from './google';
import { RegistryKind } from './registry';

const KINDS: readonly RegistryKind[] = [dockerHub, google, ecr, azure];

/** The well-known kind of registry that has this host, or nothing for a plain registry. */
export function wellKnownKind(host: string): RegistryKind | undefined {
  return KINDS.find((kind) => kind.canonicalHost(host) !== undefined);
}
