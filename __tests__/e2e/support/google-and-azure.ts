import { AzureCloud } from './azure-cloud';
import { CloudServer, type CloudSocket } from './cloud-server';
import type { ControlPlane } from './control-plane';
import { DiskRegistry } from './disk-registry';
import { GoogleCloud } from './google-cloud';
import { PodTokens } from './pod-tokens';
import { orStopped } from './process';
import { RegistryTokens } from './registry-tokens';

export const PROVIDER = 'projects/123456789012/locations/global/workloadIdentityPools/clusters/providers/e2e-cluster';
export const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';
export const CLIENT = '8a9c4b5e-1f2d-4c3b-9a8e-0d1c2b3a4f5e';
export const GOOGLE_HOST = 'europe-west1-docker.pkg.dev';
export const GCR_HOST = 'gcr.io';
export const AZURE_HOST = 'acmeml.azurecr.io';

const REALMS: Readonly<Record<string, string>> = {
  [GOOGLE_HOST]: '/v2/token',
  [GCR_HOST]: '/v2/token',
  [AZURE_HOST]: '/oauth2/token',
};

/** The host names of both clouds. */
export const CLOUD_NAMES = [
  ...Object.keys(REALMS),
  ...['sts.googleapis.com', 'iamcredentials.googleapis.com', 'metadata.google.internal', 'login.microsoftonline.com'],
];

/** Google and Azure, which trust the tokens of one cluster's pods. Their registries run real registry software. */
export class GoogleAndAzure {
  static async start(plane: ControlPlane, socket: CloudSocket): Promise<GoogleAndAzure> {
    const clouds = new GoogleAndAzure();
    return orStopped(clouds, clouds.open(plane, socket));
  }

  google!: GoogleCloud;
  azure!: AzureCloud;
  server!: CloudServer;
  /** By host. */
  readonly registries = new Map<string, DiskRegistry>();
  /** The token endpoints of the registries. */
  readonly tokens = new RegistryTokens();

  private constructor() {}

  async stop(): Promise<void> {
    // it does not exist if the start failed
    await (this.server as CloudServer | undefined)?.stop();
    await Promise.all([...this.registries.values()].map((registry) => registry.stop()));
    this.tokens.close();
  }

  private async open(plane: ControlPlane, socket: CloudSocket): Promise<void> {
    for (const [host, path] of Object.entries(REALMS)) {
      const registryAuth = this.tokens.registryAuth(`https://${host}${path}`);
      this.registries.set(host, await DiskRegistry.start({ auth: { registryAuth } }));
    }
    const podTokens = await PodTokens.of(plane);
    const google = { provider: PROVIDER, registries: [GOOGLE_HOST, GCR_HOST] };
    this.google = new GoogleCloud(google, podTokens, this.tokens);
    const azure = { tenant: TENANT, client: CLIENT, registry: AZURE_HOST };
    this.azure = new AzureCloud(azure, podTokens, this.tokens);
    this.server = await CloudServer.start(
      socket,
      [...this.google.endpoints, ...this.azure.endpoints],
      new Map([...this.registries].map(([host, { port }]) => [host, port])),
    );
  }
}
