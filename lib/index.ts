export { AwsIdentity, AwsIdentityKind } from './token-refresher/aws/aws-identity';
export { EcrHostForm } from './token-refresher/aws/ecr-host';
export { EcrTokenRefresher } from './token-refresher/aws/ecr-token-refresher';
export {
  type EcrRegistryAddress,
  type EcrTokenRefresherImages,
  type EcrTokenRefresherOptions,
  type EcrTokenRefresherPod,
  type EcrTokenRefresherProps,
  type TokenRefreshAlertProps,
} from './token-refresher/options';
export { type ExternalSecretSource, SecretStoreKind } from './push-secret/external-secret';
export { PasswordSource } from './push-secret/password-source';
export { type SealedPassword, SealingScope } from './push-secret/sealed-secret';
export { type RegistryLogin } from './push-secret/login';
export { type IPushSecret, PushSecret, type PushSecretProps } from './push-secret/push-secret';
export { PushTarget } from './images/push-target';
export { type IRegistry, type RegistryProps } from './registries/registry';
export { type LoginRegistryProps } from './registries/login-registry';
export { ContainerRegistry, type ContainerRegistryProps } from './registries/container';
export { EcrRegistry, type EcrRegistryProps } from './registries/ecr';
export { DockerHubRegistry, type DockerHubRegistryProps } from './registries/docker-hub';
export { GcrRegistry, type GcrRegistryProps, GoogleRegistry, type GoogleRegistryProps } from './registries/google';
export {
  type BuildJobImage,
  type BuildJobResources,
  type BuildJobSettings,
  type CpuAndMemory,
} from './settings/build-job';
export { CustomImageConfigMap, type CustomImageConfigMapProps } from './settings/custom-image-config-map';
export { CustomImageSettings, type CustomImageSettingsProps } from './settings/custom-image-settings';
