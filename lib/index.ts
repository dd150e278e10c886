export { PushTarget } from './images/push-target';
export { type ExternalSecretSource, SecretStoreKind } from './push-secret/external-secret';
export { RegistryLogin, type RegistryLoginProps } from './push-secret/login';
export { PasswordSource } from './push-secret/password-source';
export { type IPushSecret, PushSecret, type PushSecretProps } from './push-secret/push-secret';
export { type SealedPassword, SealingScope } from './push-secret/sealed-secret';
export { AcrRegistry, type AcrRegistryProps } from './registries/azure';
export { ContainerRegistry, type ContainerRegistryProps } from './registries/container';
export { DockerHubRegistry, type DockerHubRegistryProps } from './registries/docker-hub';
export { EcrRegistry, type EcrRegistryProps } from './registries/ecr';
export { GcrRegistry, type GcrRegistryProps, GoogleRegistry, type GoogleRegistryProps } from './registries/google';
export { type LoginRegistryProps } from './registries/own-login';
export { type IRegistry, type RegistryProps } from './registries/registry';
export {
  type BuildJobImage,
  type BuildJobResources,
  type BuildJobSettings,
  type CpuAndMemory,
} from './settings/build-job';
export { CustomImageConfigMap, type CustomImageConfigMapProps } from './settings/custom-image-config-map';
export { CustomImageSettings, type CustomImageSettingsProps } from './settings/custom-image-settings';
export { AwsIdentity, AwsIdentityKind } from './token-refresher/aws/aws-identity';
export { EcrAddress, type EcrAddressProps, EcrHostForm } from './token-refresher/aws/ecr-address';
export {
  EcrTokenRefresher,
  type EcrTokenRefresherImages,
  type EcrTokenRefresherOptions,
  type EcrTokenRefresherPod,
  type EcrTokenRefresherProps,
} from './token-refresher/aws/ecr-token-refresher';
export { AcrTokenRefresher, type AcrTokenRefresherProps } from './token-refresher/azure/acr-token-refresher';
export { AzureIdentity } from './token-refresher/azure/azure-identity';
export {
  type CurlTokenRefresherImages,
  type CurlTokenRefresherOptions,
  type CurlTokenRefresherPod,
} from './token-refresher/curl-options';
export { GoogleIdentity, GoogleIdentityKind } from './token-refresher/google/google-identity';
export { GoogleTokenRefresher, type GoogleTokenRefresherProps } from './token-refresher/google/google-token-refresher';
export {
  type TokenRefreshAlertProps,
  type TokenRefresherOptions,
  type TokenRefresherPod,
  type TokenRefresherProps,
} from './token-refresher/options';
export { RegistryAddress, type RegistryAddressProps } from './token-refresher/registry-address';
export { Schedule } from './token-refresher/schedule';
