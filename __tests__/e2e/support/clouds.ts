import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aws } from './aws';
import type { AzureCloud } from './azure-cloud';
import type { CloudStandIns } from './cloud-rows';
import type { CloudServer } from './cloud-server';
import type { DiskRegistry } from './disk-registry';
import { EcrCluster } from './ecr';
import { CLOUD_NAMES, GoogleAndAzure } from './google-and-azure';
import type { GoogleCloud } from './google-cloud';
import { OWN_ADDRESS, PrivateHosts } from './hosts';
import { curlImage } from './images';
import { orStopped, removeFolder, temporaryFolder } from './process';
import type { RegistryTokens } from './registry-tokens';
import { requireTools } from './tools';

/** A cluster, and the clouds under their own names. */
export class Clouds implements CloudStandIns {
  static async start(): Promise<Clouds> {
    requireTools('curl', 'busybox');
    const clouds = new Clouds();
    return orStopped(clouds, clouds.open());
  }

  cluster!: EcrCluster;
  readonly hosts: PrivateHosts;
  private standIns!: GoogleAndAzure;
  private readonly folder = temporaryFolder('clouds');

  private constructor() {
    this.hosts = PrivateHosts.create(CLOUD_NAMES, OWN_ADDRESS);
  }

  get aws(): Aws {
    return this.cluster.aws;
  }

  get google(): GoogleCloud {
    return this.standIns.google;
  }

  get azure(): AzureCloud {
    return this.standIns.azure;
  }

  get server(): CloudServer {
    return this.standIns.server;
  }

  /** The token endpoints of the registries. */
  get tokens(): RegistryTokens {
    return this.standIns.tokens;
  }

  /** By host. */
  get registries(): ReadonlyMap<string, DiskRegistry> {
    return this.standIns.registries;
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

  /** How far the clouds' clocks are ahead of the cluster's. */
  setSkew(ms: number): void {
    this.google.skew = ms;
    this.azure.skew = ms;
  }

  /** From now on, a token that these clouds gave is not accepted. */
  end(token: string): void {
    this.google.ended.add(token);
    this.azure.ended.add(token);
  }

  async stop(): Promise<void> {
    // they do not exist if the start failed
    await (this.standIns as GoogleAndAzure | undefined)?.stop();
    await (this.cluster as EcrCluster | undefined)?.stop();
    this.hosts.close();
    removeFolder(this.folder);
  }

  private async open(): Promise<void> {
    this.cluster = await EcrCluster.start();
    this.standIns = await GoogleAndAzure.start(this.cluster.plane, this.hosts);
    mkdirSync(join(this.folder, 'image'));
    const hosts = CLOUD_NAMES.map((name) => `${this.hosts.address} ${name}\n`).join('');
    this.cluster.kubelet.images.push(curlImage(join(this.folder, 'image'), `127.0.0.1 localhost\n${hosts}`));
  }
}
