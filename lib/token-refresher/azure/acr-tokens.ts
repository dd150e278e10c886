import { ACR_TOKENS } from './acr-tokens-sh';
import { REGISTRY_SCOPE, azureCloudOf, validateAcrHost } from './azure-cloud';
import { AzureIdentity } from './azure-identity';
import { AZURE_IDENTITY } from './azure-identity-sh';
import { unknownProps } from '../../unknown-props';
import { ValidationError, ValidationErrors, at, invalid } from '../../validation';
import { CURL, checkAddresses, curlScripts, pushTargetsOf } from '../curl-cloud';
import { RegistryAddress } from '../registry-address';
import { TokenCloud, TokenSource } from '../token-cloud';
import { POD_TOKEN_FILE } from '../variables';

/** What the frame must know about Azure. */
export const AZURE: TokenCloud = {
  ...CURL,
  title: 'Azure',
  tokenTitle: 'refresh token',
  alertPrefix: 'AcrToken',
  // @see https://learn.microsoft.com/azure/container-registry/container-registry-authentication
  username: '00000000-0000-0000-0000-000000000000',
  // The docs say three hours, but 75 minutes were measured.
  life: { minutes: 75, inWords: '75 minutes or more', everyMinutes: 20, mostRunsAnHour: 12 },
  container: 'azure',
  scripts: curlScripts(AZURE_IDENTITY, ACR_TOKENS),
};

/** The refresh tokens that one refresher asks for, one per registry. */
export class AcrTokens implements TokenSource {
  readonly cloud = AZURE;
  readonly errors: readonly ValidationError[];
  readonly variablesFrom = [];
  /** @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust */
  readonly audience = 'api://AzureADTokenExchange';
  private readonly registries: readonly RegistryAddress[];

  constructor(private readonly props: { readonly registries: RegistryAddress[]; readonly identity: AzureIdentity }) {
    const errors = new ValidationErrors();
    errors.add([], unknownProps('AcrTokenRefresherProps', props));
    this.registries = checkAddresses(props.registries, ({ host }) => at(['host'], validateAcrHost(host)), errors);
    const endings = new Set(this.registries.flatMap(({ host }) => azureCloudOf(host)?.ending ?? []));
    if (endings.size > 1) {
      const message = `${[...endings].join(' and ')} belong to different clouds: make a refresher for each`;
      errors.add('registries', invalid('conflict', message));
    }
    if (!(props.identity instanceof AzureIdentity)) {
      const message = 'expected an AzureIdentity: AzureIdentity.workloadIdentity(tenantId, clientId)';
      errors.add('identity', invalid(props.identity === undefined ? 'missing' : 'wrong-type', message));
    }
    this.errors = errors.list;
  }

  get hosts(): string[] {
    return this.registries.map(({ host }) => host);
  }

  get requests(): string[] {
    return this.hosts.map((host) => `${host}=${host}`);
  }

  get pushTargets(): string[] {
    return pushTargetsOf(this.registries, (host) => host);
  }

  get variables(): TokenSource['variables'] {
    const { tenantId, clientId } = this.props.identity;
    const { login, managementScope } = azureCloudOf(this.hosts[0])!;
    return {
      IDENTITY: 'workload-identity',
      AZURE_LOGIN: login,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_SCOPES: `${REGISTRY_SCOPE} ${managementScope}`,
      POD_TOKEN_FILE,
    };
  }
}
