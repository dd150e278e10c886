import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXPIRES_AT } from '../../../../cli/doctor/check-secret';
import type { DoctorRegistry, KubeObject } from '../../../../cli/doctor';
import { dockerConfigJson } from '../../../../lib/push-secret/docker-config';
import { loadAll } from '../../../support/load-all';
import { REPOSITORY, runApp } from '../../../support/run-app';
import { ControlPlane } from '../control-plane';
import { run, temporaryFolder, waitFor } from '../process';
import { tool } from '../tools';
import { LogNode } from './node';
import { ECR, VALUES } from './values';

/** A cluster in which everything is right, for the doctor. */
export class DoctorCluster {
  static async start(): Promise<DoctorCluster> {
    const cluster = new DoctorCluster();
    try {
      cluster.synthesize();
      cluster.plane = await ControlPlane.start();
      cluster.node = await LogNode.start(cluster.plane);
      await cluster.install();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  readonly folder = temporaryFolder('doctor');
  readonly dist = join(this.folder, 'dist');
  /** Every secret value that was ever in the cluster. No output may contain one. */
  readonly secrets: string[] = [];
  registries: DoctorRegistry[] = [];
  plane!: ControlPlane;
  node!: LogNode;

  private constructor() {}

  /** An object of the refresher, from the output of synth. */
  manifest(kind: string, registry = 'ecr'): KubeObject {
    const found = this.registries.find(({ name }) => name === registry)!.manifests.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} in dist/${registry}.k8s.yaml`);
    return found;
  }

  /** kubectl in the namespace hub. */
  kubectl(...args: string[]): Promise<string> {
    return this.plane.kubectl([args[0], '-n', 'hub', ...args.slice(1)]);
  }

  apply(object: object): Promise<string> {
    return this.plane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
  }

  /** Runs a shell command that the doctor proposes, with the tests' PrimeHub chart. */
  async shell(command: string): Promise<string> {
    const path = `${join(tool('kubectl'), '..')}:${join(tool('helm'), '..')}:${process.env.PATH ?? ''}`;
    const text = command.replaceAll('infuseai/primehub', join(__dirname, '../../primehub-chart'));
    const env = { PATH: path, HOME: this.folder, KUBECONFIG: this.plane.kubeconfig };
    const { code, stdout, stderr } = await run('/bin/sh', ['-ec', text], { env, cwd: this.folder });
    if (code !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout;
  }

  /** A password that no output may contain. */
  secret(): string {
    const password = `p${randomBytes(6).toString('hex')}`;
    this.secrets.push(password, Buffer.from(`AWS:${password}`).toString('base64'));
    return password;
  }

  /** A push Secret with a login for a host, written by the given `manager`. */
  async pushSecret(name: string, host: string, manager?: string, annotations = {}): Promise<void> {
    const config = dockerConfigJson([{ host, username: 'AWS', password: this.secret() }]);
    const object = {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'hub', annotations } },
      ...{ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(config) } },
    };
    const how = manager === undefined ? [] : ['--server-side', '--force-conflicts', `--field-manager=${manager}`];
    await this.plane.kubectl(['apply', ...how, '-f', '-'], { input: JSON.stringify(object) });
  }

  /** Makes the state after a successful run of the refresher: its Secret exists, and its pods have succeeded. */
  async playRefresher(hours = 12): Promise<void> {
    const [, manager] = /"--field-manager=([^"]+)"/.exec(JSON.stringify(this.manifest('CronJob')))!;
    const expires = new Date(Date.now() + hours * 3600_000).toISOString().replace(/\.\d+/, '');
    await this.pushSecret('aws-registry', ECR, manager, { [EXPIRES_AT]: expires });
    await waitFor('every Job to have ended', async () => {
      const jobs = await this.list('jobs');
      const active = jobs.filter(({ status }) => !ended(status));
      for (const job of active) for (const pod of await this.podsOf(job.metadata.name)) await this.endPod(pod);
      return active.length === 0;
    });
  }

  /** The pods of a Job. Waits until there is one. */
  podsOf(job: string): Promise<KubeObject[]> {
    return waitFor(`a pod of ${job}`, async () => {
      const pods = await this.list(`pods?labelSelector=job-name=${job}`);
      return pods.length > 0 && pods;
    });
  }

  /** Ends a pod like the kubelet, which keeps the last lines of a failed container. */
  async endPod({ metadata, status }: KubeObject, failure?: string): Promise<void> {
    if ((status as { phase: string }).phase !== 'Pending') return;
    const message = failure && `the line before\n${failure}\n`;
    const state = { terminated: { exitCode: 1, reason: 'Error', message } };
    await this.podStatus(
      metadata.name,
      failure === undefined
        ? { phase: 'Succeeded' }
        : { phase: 'Failed', initContainerStatuses: [{ ...container('token'), state }] },
    );
  }

  /** Sets the status of a pod. */
  podStatus(name: string, status: object): Promise<unknown> {
    return this.plane.api.patch(`/api/v1/namespaces/hub/pods/${name}/status`, { status });
  }

  async stop(): Promise<void> {
    await this.plane?.stop();
    await this.node?.stop();
  }

  private async list(what: string): Promise<KubeObject[]> {
    const path = what.startsWith('pods') ? '/api/v1' : '/apis/batch/v1';
    return this.plane.api.list<KubeObject>(`${path}/namespaces/hub/${what}`);
  }

  private synthesize(): void {
    const folder = join(this.folder, 'registries');
    mkdirSync(folder);
    for (const [name, { text }] of Object.entries(VALUES)) writeFileSync(join(folder, `${name}.yaml`), text);
    const env = { CDK8S_OUTDIR: this.dist, DOCKERHUB_TOKEN: this.secret() };
    const { status, stderr } = runApp([folder], env);
    if (status !== 0) throw new Error(stderr);
    this.registries = Object.entries(VALUES).map(([name, { from, host }]) => {
      const manifests = loadAll<KubeObject>(join(this.dist, `${name}.k8s.yaml`));
      const { data } = manifests.find(({ kind }) => kind === 'ConfigMap')!;
      const { customImage } = parse(data!['config.yaml']) as { customImage: { pushSecretName: string } };
      const { pushSecretName } = customImage;
      const namespaces = ['hub'];
      return { name, namespaces, host, pushSecretName, pushSecretFrom: from, manifests, settings: customImage };
    });
  }

  private async install(): Promise<void> {
    await this.plane.createNamespace('hub');
    await this.applyDefinitions();
    await this.plane.kubectl(['apply', '-f', this.dist]);
    await this.playRefresher();
    await this.pushSecret('quay-push-secret', 'quay.io');
    await this.pushSecret('harbor-push-secret', 'harbor.example.com:8443');
    await this.shell('helm --namespace hub install primehub infuseai/primehub');
    await this.shell(
      'helm --namespace hub upgrade --reuse-values -f dist/helm/ecr.values.yaml primehub infuseai/primehub',
    );
    await this.apply(deployment('primehub-controller'));
    await this.apply(deployment('primehub-console', ['PRIMEHUB_CUSTOM_IMAGE_REGISTRY_ENDPOINT', `https://${ECR}`]));
  }

  /** Our definitions, with the status of the operators' own ones. */
  async applyDefinitions(): Promise<void> {
    const files = ['bitnami.com', 'external-secrets.io', 'monitoring.coreos.com'];
    const definitions = files.flatMap((name) => loadAll<Definition>(join(REPOSITORY, 'crds', `${name}.yaml`)));
    for (const { schema } of definitions.flatMap(({ spec }) => spec.versions)) {
      schema.openAPIV3Schema.properties.status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    }
    await this.apply({ apiVersion: 'v1', kind: 'List', items: definitions });
    const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
    await this.plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names]);
  }
}

interface Definition extends KubeObject {
  readonly spec: {
    readonly versions: { readonly schema: { readonly openAPIV3Schema: { properties: Record<string, object> } } }[];
  };
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

export function container(name: string): object {
  return { name, image: 'image', imageID: '', ready: false, restartCount: 0 };
}

/** A Deployment. No controller makes pods from it here. */
export function deployment(name: string, ...env: [string, string][]): object {
  const labels = { app: name };
  const containers = [{ name: 'main', image: name, env: env.map(([key, value]) => ({ name: key, value })) }];
  const template = { metadata: { labels }, spec: { containers } };
  const metadata = { name, namespace: 'hub' };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template } };
}

function ended(status: unknown): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string }[] };
  return conditions.some(({ type }) => type === 'Complete' || type === 'Failed');
}
