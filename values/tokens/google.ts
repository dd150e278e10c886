import * as z from 'zod';
import { GoogleRegistry, google as googleRegistry } from '../../lib/registries/google';
import type { CurlTokenRefresherOptions } from '../../lib/token-refresher/curl-options';
import { GoogleIdentity } from '../../lib/token-refresher/google/google-identity';
import { GOOGLE } from '../../lib/token-refresher/google/google-tokens';
import { readRefresherOptions } from './refresher-options';
import { curlFields } from './refresher-schema';
import type { TokenBlock, TokenPlace } from './token-block';
import type { FileReport } from '../report/file-report';
import { type Partly, text } from '../schema/fields';

const schema = z
  .strictObject({
    workloadIdentityProvider: text(
      "Provider that trusts the cluster: projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>. Without it, GKE's metadata server gives the token.",
    ).optional(),
    serviceAccount: text('E-mail address of a service account to impersonate.').optional(),
    schedule: text(
      'Cron schedule in UTC. Default: every 15 minutes at a minute that is derived from the names and the registry.',
    ).optional(),
    ...curlFields,
  })
  .describe(
    'Google: keeps a fresh access token in the push Secret, instead of a key file. On GKE, google: {} is enough.',
  );

type GoogleValues = Partly<z.infer<typeof schema>>;

const KEY = 'google';

/** The `google` block of a Google registry. */
export const google: TokenBlock<typeof schema> = {
  key: KEY,
  schema,
  registry: googleRegistry,
  placeholders: ['number', 'pool', 'provider', 'service account'],
  read,
};

function read(values: GoogleValues, place: TokenPlace, report: FileReport): ReturnType<typeof google.read> {
  const options = readRefresherOptions(KEY, values, GOOGLE, report) as CurlTokenRefresherOptions;
  const identity = readIdentity(values, report);
  const { host } = place;
  if (host === undefined || identity === undefined) return undefined;
  return {
    createRegistry: (scope, id, props) => ({
      registry: new GoogleRegistry(scope, id, { ...props, ...options, host, identity }),
    }),
  };
}

function readIdentity(
  { workloadIdentityProvider: provider, serviceAccount }: GoogleValues,
  report: FileReport,
): GoogleIdentity | undefined {
  return report.collect(
    () =>
      provider === undefined
        ? GoogleIdentity.metadataServer(serviceAccount)
        : GoogleIdentity.workloadIdentity(provider, serviceAccount),
    ({ path: [first] }) => [KEY, first === 'provider' ? 'workloadIdentityProvider' : first],
  );
}
