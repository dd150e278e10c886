import type { PushTarget } from '../../lib/images/push-target';
import type { RegistryLogin } from '../../lib/push-secret/login';
import type { RegistryKind } from '../../lib/registries/registry';
import type { BuildJobSettings } from '../../lib/settings/build-job';
import type { PolicyFile, TokenValues } from '../tokens/token-block';

/** A values file, read and checked. Code that takes this type does not check it again. */
export interface RegistryValues {
  /** The path of the file, for messages. */
  readonly file: string;
  /** The base name of the file, from which all other names are derived. */
  readonly name: string;
  /** The namespaces that get the push Secret. All other objects go into the first one. */
  readonly namespaces: string[];
  readonly kind: RegistryKind;
  readonly host: string;
  readonly target: PushTarget;
  readonly pushSecretName: string;
  readonly pushSecret: PushSecretValues;
  readonly insecureSkipVerify?: boolean;
  readonly buildJob?: BuildJobSettings;
}

/** The origin of the push Secret. */
export type PushSecretValues =
  | { readonly from: 'login'; readonly login: RegistryLogin }
  /** The variable is not set, or the password file does not exist. */
  | { readonly from: 'missing-password'; readonly origin: string }
  | { readonly from: 'tokens'; readonly tokens: TokenValues; readonly policyFile?: PolicyFile }
  | { readonly from: 'existing' };
