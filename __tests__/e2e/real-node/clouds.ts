import { readFileSync, writeFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { parse } from 'yaml';
import { Aws } from '../support/aws';
import type { AzureCloud } from '../support/azure-cloud';
import { issueCertificate } from '../support/certificates';
import {
  AWS,
  AZURE,
  type CloudRow,
  type CloudStandIns,
  IMPERSONATION,
  subjectOf,
  valuesOf,
} from '../support/cloud-rows';
import type { CloudServer } from '../support/cloud-server';
import { installed, objectOf, synthesize, type Workload } from '../support/ecr';
import { CLOUD_NAMES, GoogleAndAzure } from '../support/google-and-azure';
import type { GoogleCloud } from '../support/google-cloud';
import { METADATA_ADDRESS, NODE_ADDRESS } from '../support/node-configuration';
import { isRunning, NodePods, type RealPod } from '../support/node-pods';
import { orStopped, removeFolder, temporaryFolder } from '../support/process';
import { RealNode } from '../support/real-node';

export { AWS, METADATA, SECRET } from '../support/cloud-rows';
export type { CloudRow } from '../support/cloud-rows';

/** One row per cloud. */
export const CLOUDS: readonly CloudRow[] = [AWS, IMPERSONATION, AZURE];

export interface InstallOptions {
  /** Goes into the cloud's block of the values file. */
  readonly more?: object;
  /** More namespaces that get the Secret. */
  readonly further?: readonly string[];
  /** Objects that must exist before it. */
  readonly before?: readonly object[];
  readonly change?: (firstJob: Workload) => void;
}

/** A refresher that was applied, in a namespace of its own. */
export interface Refresher {
  readonly pods: NodePods;
  readonly firstJob: string;
}

const AWS_PORT = 5566;

/** AWS for a real node, with the node's role from the metadata service at its real address. */
export async function startAws(node: RealNode): Promise<Aws> {
  const aws = await Aws.start();
  const port = (url: string): number => Number(new URL(url).port);
  await node.expose(METADATA_ADDRESS, 80, port(aws.metadata.url));
  await node.expose(NODE_ADDRESS, AWS_PORT, port(aws.url));
  return aws;
}

/** Variables in a values file of AWS that lead to the stand-in. */
export const AWS_ENV = { AWS_ENDPOINT_URL: `http://${NODE_ADDRESS}:${AWS_PORT}` };

/** A real node, whose pods can reach the clouds. */
export class NodeClouds implements CloudStandIns {
  static async start(): Promise<NodeClouds> {
    const clouds = new NodeClouds();
    return orStopped(clouds, clouds.open());
  }

  node!: RealNode;
  aws!: Aws;
  private others!: GoogleAndAzure;
  private readonly folder = temporaryFolder('node-clouds');
  private readonly tls = issueCertificate(this.folder, CLOUD_NAMES);

  private constructor() {}

  get google(): GoogleCloud {
    return this.others.google;
  }

  get azure(): AzureCloud {
    return this.others.azure;
  }

  get server(): CloudServer {
    return this.others.server;
  }

  /**
   * Applies a row's refresher. Its namespace enforces `restricted`, which the refresher must pass in every namespace.
   */
  async install(row: CloudRow, namespace: string, options: InstallOptions = {}): Promise<Refresher> {
    const { further = [], before = [], change } = options;
    const namespaces = [namespace, ...further];
    await Promise.all(namespaces.map((name) => this.node.plane.createNamespace(name, 'restricted')));
    const dist = await synthesize(this.values(row, namespaces, options.more));
    change?.(objectOf(dist, 'Job'));
    // a scheduled run during a test would write the Secret too
    Object.assign(objectOf(dist, 'CronJob').spec, { suspend: true });
    const refresher = installed(dist);
    row.letIn(this, subjectOf(refresher));
    await this.createAuthorities(namespace);
    const items = [...before, ...dist.objects];
    await this.node.plane.kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
    return { pods: new NodePods(this.node.plane, namespace), firstJob: refresher.firstJob };
  }

  /** Lets a waiting pod continue, also while its kubelet is stopped. */
  release(pod: RealPod): void {
    writeFileSync(this.node.volumeFile(pod, 'empty-dir', 'tmp', 'go'), '');
  }

  async stop(): Promise<void> {
    // if the start failed, some of them do not exist
    await (this.node as RealNode | undefined)?.stop();
    await (this.aws as Aws | undefined)?.stop();
    await (this.others as GoogleAndAzure | undefined)?.stop();
    removeFolder(this.folder);
  }

  private async open(): Promise<void> {
    this.node = await RealNode.start({ hosts: CLOUD_NAMES });
    this.aws = await startAws(this.node);
    const socket = { tls: this.tls, address: '127.0.0.1', ports: { https: 0, http: 0 } };
    this.others = await GoogleAndAzure.start(this.node.plane, socket);
    const { https, http } = this.server.ports;
    await this.node.expose(NODE_ADDRESS, 443, https);
    await this.node.expose(NODE_ADDRESS, 80, http);
  }

  private values(row: CloudRow, namespaces: readonly string[], more: object = {}): string {
    const values = parse(valuesOf(row, namespaces)) as Record<string, object>;
    values.aws &&= { ...values.aws, pod: { awsEnv: AWS_ENV } };
    const key = Object.keys(values).find((one) => ['aws', 'google', 'azure'].includes(one)) ?? '';
    values[key] = { ...values[key], ...more };
    return JSON.stringify(values);
  }

  /** Stores the authority of Google's and Azure's certificates beside the public ones, as needed behind a proxy. */
  private async createAuthorities(namespace: string): Promise<void> {
    const authorities = [readFileSync(this.tls.caFile, 'utf8'), ...rootCertificates].join('\n');
    await this.node.plane.api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: 'clouds-ca' },
      data: { 'ca.crt': authorities },
    });
  }
}

/** Makes the pods of a first Job wait before they ask their cloud, so that a test has time to look at them. */
export function hold({ spec }: Workload): void {
  const [first] = spec.template?.spec.initContainers ?? [];
  const [script = ''] = first.args ?? [];
  first.args = [script.replace(/^identify$/m, 'until [ -e /tmp/go ]; do sleep 0.1; done\nidentify')];
}

/** Waits for a pod that `hold` stopped. */
export function waitForHeld(pods: NodePods): Promise<RealPod> {
  return pods.waitForPod('waits', (pod) => isRunning(pod, pod.spec.initContainers?.[0].name ?? ''));
}

/** A short name for use in names of namespaces. */
export const slug = ({ name }: CloudRow): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
