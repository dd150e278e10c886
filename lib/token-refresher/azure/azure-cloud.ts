import { ValidationError, invalid } from '../../validation';

/** One of Azure's clouds. They are separate from each other. */
export interface AzureCloud {
  /** The ending of its registries' hosts. */
  readonly ending: string;
  /** The host of Entra ID. */
  readonly login: string;
  /** The scope of Azure Resource Manager, for registries that do not accept their own scope. */
  readonly managementScope: string;
}

/** @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const AZURE_CLOUDS: readonly AzureCloud[] = [
  {
    ending: '.azurecr.io',
    login: 'login.microsoftonline.com',
    managementScope: 'https://management.azure.com/.default',
  },
  {
    ending: '.azurecr.cn',
    login: 'login.chinacloudapi.cn',
    managementScope: 'https://management.chinacloudapi.cn/.default',
  },
  {
    ending: '.azurecr.us',
    login: 'login.microsoftonline.us',
    managementScope: 'https://management.usgovcloudapi.net/.default',
  },
];

/** The registries' own scope, which is the same in every cloud. */
export const REGISTRY_SCOPE = 'https://containerregistry.azure.net/.default';

/**
 * 5 to 50 letters and digits. With a domain name label, a "-" and a hash follow, and in the endpoint of one geo-replica
 * its region.
 *
 * @see https://learn.microsoft.com/azure/container-registry/container-registry-endpoint-reference
 */
const NAME = /^[a-z0-9]{5,50}(?:-[a-z0-9]+)?(?:\.[a-z0-9]+\.geo)?$/;

/** The cloud of a registry's host, or nothing if the host is not Azure's. */
export function azureCloudOf(host: string): AzureCloud | undefined {
  return AZURE_CLOUDS.find(({ ending }) => host.endsWith(ending));
}

/** Checks the host of an Azure registry. */
export function validateAcrHost(host: string): ValidationError[] {
  const cloud = azureCloudOf(host);
  if (cloud === undefined) return invalid('mismatch', `${host} is not a host of Azure Container Registry`);
  if (NAME.test(host.slice(0, -cloud.ending.length))) return [];
  const rule = `\`<registry>${cloud.ending}\`, with 5 to 50 letters and digits as the registry's name`;
  return invalid('malformed', `${host} is not a login server of Azure Container Registry: expected ${rule}`);
}
