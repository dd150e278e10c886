import type { Construct } from 'constructs';
import type * as z from 'zod';
import type { PushTarget } from '../../lib/images/push-target';
import type { IRegistry, RegistryKind, RegistryProps } from '../../lib/registries/registry';
import type { FileReport } from '../report/file-report';
import type { Partly } from '../schema/fields';

/**
 * A block of a values file that replaces the password by a cloud's short-lived tokens, which a refresher keeps fresh.
 * To add a cloud, add a file with such a block and its lines in token-blocks.ts.
 */
export interface TokenBlock<Schema extends z.ZodType = z.ZodType> {
  /** The key of the block. */
  readonly key: string;
  readonly schema: Schema;
  /** The kind of registry that the tokens are for. */
  readonly registry: RegistryKind;
  /** What to do for a host of the same cloud that needs other tokens, or nothing if it is not such a host. */
  otherService?(host: string): string | undefined;
  /** The messages for a password, if these registries accept only tokens. Nothing if they also accept a password. */
  readonly noPassword?: NoPassword;
  /** The placeholders that the docs use for the values of this block, without the angle brackets. */
  readonly placeholders: readonly string[];
  /** Keys that people write into the block by mistake, and what to do instead. */
  readonly refusedKeys?: { readonly [key: string]: string };
  /** The file below `dist/` with the policy of the refresher's identity, if the cloud has such files. */
  readonly policyFile?: PolicyFile;
  /** Reads the block. Everything that is wrong goes into the report. */
  read(block: Partly<z.infer<Schema>>, place: TokenPlace, report: FileReport): TokenValues | undefined;
}

/** The messages for a password of a registry that accepts only short-lived tokens. */
export interface NoPassword {
  /** If a file has a password instead of the block. */
  readonly useBlock: string;
  /** If somebody seals a password. */
  readonly nothingToSeal: string;
}

/** `dist/<folder>/<name>.<ending>` */
export interface PolicyFile {
  readonly folder: string;
  readonly ending: string;
}

/** The parts of `customImage` that a token block needs. Wrong values are left out. */
export interface TokenPlace {
  readonly host?: string;
  readonly target?: PushTarget;
  readonly pushSecretName: string;
}

/** A valid block. */
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
