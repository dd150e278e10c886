import * as z from 'zod';
import { AcrRegistry, azure as acr } from '../../lib/registries/azure';
import { AZURE } from '../../lib/token-refresher/azure/acr-tokens';
import { AzureIdentity } from '../../lib/token-refresher/azure/azure-identity';
import type { CurlTokenRefresherOptions } from '../../lib/token-refresher/curl-options';
import { readRefresherOptions } from './refresher-options';
import { curlFields } from './refresher-schema';
import type { TokenBlock, TokenPlace } from './token-block';
import type { FileReport } from '../report/file-report';
import { type Partly, text } from '../schema/fields';

const schema = z
  .strictObject({
    tenantId: text('Id of the tenant, a UUID.'),
    clientId: text('Client id of the managed identity or the application, a UUID.'),
    schedule: text(
      'Cron schedule in UTC. Default: every 20 minutes at a minute that is derived from the names and the registry.',
    ).optional(),
    ...curlFields,
  })
  .describe('Azure Container Registry: keeps a fresh token in the push Secret. Uses a federated credential.');

type AzureValues = Partly<z.infer<typeof schema>>;

const KEY = 'azure';

/** The `azure` block of a registry of Azure. */
export const azure: TokenBlock<typeof schema> = {
  key: KEY,
  schema,
  registry: acr,
  placeholders: ['tenant id', 'client id', 'registry'],
  read,
};

function read(values: AzureValues, place: TokenPlace, report: FileReport): ReturnType<typeof azure.read> {
  const options = readRefresherOptions(KEY, values, AZURE, report) as CurlTokenRefresherOptions;
  const identity = report.collect(
    () => AzureIdentity.workloadIdentity(values.tenantId!, values.clientId!),
    ({ path }) => [KEY, ...path],
  );
  const { host } = place;
  if (host === undefined || identity === undefined) return undefined;
  return {
    createRegistry: (scope, id, props) => ({
      registry: new AcrRegistry(scope, id, { ...props, ...options, host, identity }),
    }),
  };
}
