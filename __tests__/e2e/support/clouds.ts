import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AzureCloud } from './azure-cloud';
import { CloudServer } from './cloud-server';
import { DiskRegistry } from './disk-registry';
import { EcrCluster } from './ecr';
import { GoogleCloud } from './google-cloud';
import { PrivateHosts } from './hosts';
import { curlImage } from './images';
import { PodTokens } from './pod-tokens';
import { removeFolder, temporaryFolder } from './process';
import { RegistryTokens } from './registry-tokens';
import { requireTools } from './tools';

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
const NAMES = [
  ...Object.keys(REALMS),
  ...['sts.googleapis.com', 'iamcredentials.googleapis.com', 'metadata.google.internal', 'login.microsoftonline.com'],
];

/** A cluster, and Google and Azure under their own names, whose registries are real ones. */
export class Clouds {
  /** @param address what the names lead to; its ports 443 and 80 must be free. */
  static async start(address: string): Promise<Clouds> {
    requireTools('curl', 'busybox');
    const clouds = new Clouds(address);
    try {
      await clouds.open();
      return clouds;
    } catch (error) {
      await clouds.stop();
      throw error;
    }
  }

  cluster!: EcrCluster;
  google!: GoogleCloud;
  azure!: AzureCloud;
  server!: CloudServer;
  readonly hosts: PrivateHosts;
  /** By host. */
  readonly registries = new Map<string, DiskRegistry>();
  private readonly folder = temporaryFolder('clouds');
  /** The token endpoints of the registries. */
  readonly tokens = new RegistryTokens();

  private constructor(address: string) {
    this.hosts = PrivateHosts.create(NAMES, address);
  }

  /** A new namespace with the authority of the clouds' certificate, in the ConfigMap `clouds-ca`. */
  async namespace(): Promise<string> {
    const namespace = await this.cluster.namespace();
    await this.cluster.plane.api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: 'clouds-ca' },
      data: { 'ca.crt': readFileSync(this.hosts.tls.caFile, 'utf8') },
    });
    return namespace;
  }

  /** How much the clouds' clocks are ahead of the cluster's. */
  setSkew(ms: number): void {
    this.google.skew = ms;
    this.azure.skew = ms;
  }

  /** A token that these clouds gave ends now. */
  end(token: string): void {
    this.google.ended.add(token);
    this.azure.ended.add(token);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    await Promise.all([...this.registries.values()].map((registry) => registry.stop()));
    await this.cluster?.stop();
    this.hosts.close();
    this.tokens.close();
    removeFolder(this.folder);
  }

  private async open(): Promise<void> {
    this.cluster = await EcrCluster.start();
    for (const [host, path] of Object.entries(REALMS)) {
      const registryAuth = this.tokens.registryAuth(`https://${host}${path}`);
      this.registries.set(host, await DiskRegistry.start({ auth: { registryAuth } }));
    }
    const podTokens = await PodTokens.of(this.cluster.plane);
    const google = { provider: PROVIDER, registries: [GOOGLE_HOST, GCR_HOST] };
    this.google = new GoogleCloud(google, podTokens, this.tokens);
    const azure = { tenant: TENANT, client: CLIENT, registry: AZURE_HOST };
    this.azure = new AzureCloud(azure, podTokens, this.tokens);
    this.server = await CloudServer.start(
      this.hosts,
      [...this.google.endpoints, ...this.azure.endpoints],
      new Map([...this.registries].map(([host, { port }]) => [host, port])),
    );
    mkdirSync(join(this.folder, 'image'));
    const hosts = NAMES.map((name) => `${this.hosts.address} ${name}\n`).join('');
    this.cluster.kubelet.images.push(curlImage(join(this.folder, 'image'), `127.0.0.1 localhost\n${hosts}`));
  }
}
