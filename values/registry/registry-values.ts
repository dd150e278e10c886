import { EcrHostForm } from '../../lib/token-refresher/aws/ecr-host';
import { EcrRegistryAddress, EcrTokenRefresherOptions } from '../../lib/token-refresher/options';
import { RegistryLogin } from '../../lib/push-secret/login';
import { PushTarget } from '../../lib/images/push-target';
import { RegistryKind } from '../../lib/registries/registry';
import { BuildJobSettings } from '../../lib/settings/build-job';

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
  /** Whether `registryEndpoint` says `http://`. */
  readonly plainHttp: boolean;
  readonly target: PushTarget;
  readonly pushSecretName: string;
  readonly pushSecret: PushSecretValues;
  readonly insecureSkipVerify?: boolean;
  readonly buildJob?: BuildJobSettings;
}

/** Where the push Secret comes from. */
export type PushSecretValues =
  | { readonly from: 'login'; readonly login: RegistryLogin }
  | { readonly from: 'ecr'; readonly ecr: EcrValues }
  | { readonly from: 'existing' };

/** The ECR registry whose token refresher writes the push Secret. */
export interface EcrValues extends EcrTokenRefresherOptions {
  readonly account: string;
  readonly region: string;
  readonly hostForm: EcrHostForm;
  readonly ensureRepository?: boolean;
  readonly moreRegistries: EcrRegistryAddress[];
}
