import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { PushTarget } from '../../lib/images/push-target';
import type { IRegistry, RegistryKind, RegistryProps } from '../../lib/registries/registry';
import type { FileReport } from '../report/file-report';
import type { Partly } from '../schema/fields';

/**
 * A block of a values file that stands in place of a password: a cloud's short-lived tokens, which a refresher keeps
 * fresh. A further cloud is one file with such a block, and its line in token-blocks.ts.
 */
export interface TokenBlock<Schema extends z.ZodType = z.ZodType> {
  /** The key of the block. */
  readonly key: string;
  readonly schema: Schema;
  /** The kind of registry that the tokens are for. */
  readonly registry: RegistryKind;
  /** What to do with a host of the same provider whose tokens are others; nothing when it is not one. */
  otherService?(host: string): string | undefined;
  /** Why a registry with such a host takes no password that lasts; nothing when it takes one beside tokens. */
  readonly noPassword?: NoPassword;
  /** What the docs write in angle brackets where a value of this block goes. */
  readonly placeholders: readonly string[];
  /** Keys that people write into the block, and what to do in their place. */
  readonly refusedKeys?: { readonly [key: string]: string };
  /** The file below `dist/` with the policy of the refresher's identity, if the cloud has such files. */
  readonly policyFile?: PolicyFile;
  /** Reads the block. All that is wrong goes to the report. */
  read(block: Partly<z.infer<Schema>>, place: TokenPlace, report: FileReport): TokenValues | undefined;
}

/** What to say of a password for a registry that has none which lasts. */
export interface NoPassword {
  /** To somebody who gives one and has no block. */
  readonly useBlock: string;
  /** To somebody who wants to seal one. */
  readonly nothingToSeal: string;
}

/** `dist/<folder>/<name>.<ending>` */
export interface PolicyFile {
  readonly folder: string;
  readonly ending: string;
}

/** What `customImage` says; a part of it that is wrong is missing here. */
export interface TokenPlace {
  readonly host?: string;
  readonly target?: PushTarget;
  readonly pushSecretName: string;
}

/** A block that is right. */
export interface TokenValues {
  /** Makes the registry with its refresher. */
  createRegistry(scope: Construct, id: string, props: RegistryProps & { readonly secretName: string }): TokenRegistry;
}

/** A registry whose push Secret a refresher keeps fresh. */
export interface TokenRegistry {
  readonly registry: IRegistry;
  /** The policy of the refresher's identity, if the cloud has such files. */
  readonly policy?: string;
}
