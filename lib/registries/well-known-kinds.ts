import { azure } from './azure';
import { dockerHub } from './docker-hub';
import { ecr } from './ecr';
import { google } from './google';
import { RegistryKind } from './registry';

const KINDS: readonly RegistryKind[] = [dockerHub, google, ecr, azure];

/** A registry's host as image references have it, and the kind of registry that it belongs to. */
export interface NamedHost {
  readonly host: string;
  readonly kind: RegistryKind;
}

/** The registry that is known by this host; nothing where it is a plain one. */
export function wellKnownRegistry(host: string): NamedHost | undefined {
  for (const kind of KINDS) {
    const canonical = kind.canonicalHost(host);
    if (canonical !== undefined) return { kind, host: canonical };
  }
  return undefined;
}
