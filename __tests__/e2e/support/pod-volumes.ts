import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApiClient } from './api-client';
import { bytes, type ConfigMapReference, type Pod, type ProjectedSource, type Volume } from './pod';
import { configMapData } from './pod-environment';
import type { PodSandbox } from './pod-sandbox';

interface File {
  readonly content: Buffer;
  readonly mode: number;
  /** The owner, if it is not root. */
  readonly owner?: number;
}

/** Makes a pod's volumes below `volumes/` in its file system, like the kubelet. */
export class PodVolumes {
  constructor(
    private readonly pod: Pod,
    private readonly sandbox: PodSandbox,
    private readonly api: ApiClient,
  ) {}

  /** The path of a volume in the pod's file system. */
  static path(name: string): string {
    return join('volumes', name);
  }

  /** Makes nothing if something that a volume names is missing. The kubelet then tries again. */
  async create(): Promise<true> {
    const volumes = this.pod.spec.volumes ?? [];
    const contents = await Promise.all(
      volumes.map(async (volume) => (volume.emptyDir ? undefined : this.files(volume))),
    );
    for (const [index, { name, emptyDir }] of volumes.entries()) {
      mkdirSync(this.sandbox.hostPath(PodVolumes.path(name)), { recursive: true });
      const files = contents[index];
      if (files) this.write(name, files);
      else await this.emptyDir(name, emptyDir ?? {});
    }
    return true;
  }

  /** A limit on disk is not supported, as it would need eviction. */
  private async emptyDir(name: string, { medium, sizeLimit }: NonNullable<Volume['emptyDir']>): Promise<void> {
    const path = PodVolumes.path(name);
    const size = sizeLimit === undefined ? undefined : bytes(sizeLimit);
    if (medium === 'Memory') await this.sandbox.mountMemory(path, size);
    const group = this.pod.spec.securityContext?.fsGroup;
    if (group !== undefined) chownSync(this.sandbox.hostPath(path), 0, group);
    chmodSync(this.sandbox.hostPath(path), group === undefined ? 0o777 : 0o2777);
  }

  private async files({ name, configMap, projected }: Volume): Promise<Map<string, File>> {
    const mode = (configMap ?? projected)?.defaultMode ?? 0o644;
    if (configMap) return this.configMap(configMap, mode);
    if (!projected) throw new Error(`these tests' kubelet does not support the volume ${name}`);
    const files = await Promise.all(projected.sources.map((source) => this.source(source, mode)));
    return new Map(files.flatMap((one) => [...one]));
  }

  private async source(source: ProjectedSource, mode: number): Promise<Map<string, File>> {
    const { configMap, downwardAPI, serviceAccountToken } = source;
    if (serviceAccountToken) {
      const { path, audience, expirationSeconds } = serviceAccountToken;
      return new Map([[path, await this.token(audience, expirationSeconds, mode)]]);
    }
    if (configMap) return this.configMap(configMap, mode);
    const [item] = downwardAPI?.items ?? [];
    if (item?.fieldRef?.fieldPath !== 'metadata.namespace') {
      throw new Error(`these tests' kubelet does not support ${JSON.stringify(source)}`);
    }
    return new Map([[item.path, { content: Buffer.from(this.pod.metadata.namespace), mode }]]);
  }

  private async configMap({ name, items }: ConfigMapReference, mode: number): Promise<Map<string, File>> {
    const data = await configMapData(this.api, this.pod.metadata.namespace, name);
    const wanted = items ?? [...data.keys()].map((key) => ({ key, path: key }));
    return new Map(
      wanted.map(({ key, path }) => {
        const content = data.get(key);
        if (content === undefined) throw new Error(`${name} has no key ${key}`);
        return [path, { content, mode }];
      }),
    );
  }

  /** A token of the pod's service account. It is bound to the pod, and not valid after the pod's end. */
  private async token(audience: string | undefined, expirationSeconds = 3600, mode: number): Promise<File> {
    const { name, namespace, uid } = this.pod.metadata;
    const account = this.pod.spec.serviceAccountName ?? 'default';
    const answer = await this.api.post<{ status: { token: string } }>(
      `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience === undefined ? [] : [audience],
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
    );
    const content = Buffer.from(answer.status.token);
    const owner = commonUser(this.pod);
    const isPrivate = owner !== undefined || this.pod.spec.securityContext?.fsGroup !== undefined;
    return { content, mode: isPrivate ? 0o600 : mode, owner };
  }

  /** The kubelet's layout: a dated folder, a link `..data` to it, and a link to each file. */
  private write(name: string, files: Map<string, File>): void {
    const volume = this.sandbox.hostPath(PodVolumes.path(name));
    const group = this.pod.spec.securityContext?.fsGroup;
    const dated = '..2026_01_01_00_00_00.000000000';
    mkdirSync(join(volume, dated));
    for (const [path, { content, mode, owner }] of files) {
      const file = join(volume, dated, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chownSync(file, owner ?? 0, group ?? 0);
      chmodSync(file, group === undefined ? mode : mode | 0o440);
    }
    symlinkSync(dated, join(volume, '..data'));
    for (const top of new Set([...files.keys()].map((path) => path.split('/')[0]))) {
      symlinkSync(join('..data', top), join(volume, top));
    }
  }
}

/** The user of all containers, to which the kubelet gives the token files. */
function commonUser({ spec }: Pod): number | undefined {
  const users = [...(spec.initContainers ?? []), ...spec.containers].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
  );
  return new Set(users).size === 1 ? users[0] : undefined;
}
