import { redact } from '../../redact';
import { ValidationError, ValidationErrors, invalid } from '../../validation';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The identity with which the refresher asks Azure for tokens. */
export class AzureIdentity {
  /**
   * A managed identity or an application with a federated credential that trusts the refresher's service account. It
   * works in any cluster whose issuer Entra ID can read, and needs no key.
   *
   * @param tenantId the id of the tenant, a UUID
   * @param clientId the client id of the managed identity or the application, a UUID
   * @throws an error that lists what is wrong with the arguments
   * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
   */
  static workloadIdentity(tenantId: string, clientId: string): AzureIdentity {
    const errors = new ValidationErrors();
    errors.add('tenantId', validateUuid(tenantId, 'a tenant'));
    errors.add('clientId', validateUuid(clientId, 'an application or a managed identity'));
    errors.throwIfAny('AzureIdentity');
    return new AzureIdentity(tenantId.toLowerCase(), clientId.toLowerCase());
  }

  private constructor(
    /** The id of the tenant. */
    readonly tenantId: string,
    /** The client id of the managed identity or the application. */
    readonly clientId: string,
  ) {}
}

function validateUuid(id: unknown, what: string): ValidationError[] {
  if (typeof id === 'string' && UUID.test(id)) return [];
  const example = '`11111111-2222-3333-4444-555555555555`';
  return invalid('malformed', `${redact(id)} is not the id of ${what}: expected a UUID, like ${example}`);
}
