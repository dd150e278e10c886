import type { PushTarget } from '../../lib/images/push-target';
import type { RegistryLogin } from '../../lib/push-secret/login';
import type { RegistryKind } from '../../lib/registries/registry';
import type { BuildJobSettings } from '../../lib/settings/build-job';
import type { PolicyFile, TokenValues } from '../tokens/token-block';

/** A values file, read and checked: nothing behind this type checks any of it again. */
export interface RegistryValues {
  /** The file, as messages name it. */
  readonly file: string;
  /** The base name of the file, from which all names derive. */
  readonly name: string;
  /** The namespaces that get the push Secret; the first is home to the rest. */
  readonly namespaces: string[];
  readonly kind: RegistryKind;
  readonly host: string;
  readonly target: PushTarget;
  readonly pushSecretName: string;
  readonly pushSecret: PushSecretValues;
  readonly insecureSkipVerify?: boolean;
  readonly buildJob?: BuildJobSettings;
}

/** Where the push Secret comes from. */
export type PushSecretValues =
  | { readonly from: 'login'; readonly login: RegistryLogin }
  /** The variable is not set, or the password file does not exist. */
  | { readonly from: 'missing-password'; readonly origin: string }
  | { readonly from: 'tokens'; readonly tokens: TokenValues; readonly policyFile?: PolicyFile }
  | { readonly from: 'existing' };
