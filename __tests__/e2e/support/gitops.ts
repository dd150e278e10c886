import type { ControlPlane } from './control-plane';
import { run } from './process';
import { requireTools, tool } from './tools';

/** The result of a sync. */
export interface SyncResult {
  /** `created`, `unchanged`, ..., by `Kind/namespace/name`. */
  readonly changes: Readonly<Record<string, string>>;
  /** The objects that Argo CD showed as out of sync before. */
  readonly outOfSync?: readonly string[];
  /** The errors of the engine. If there are any, nothing or only a part was applied. */
  readonly error?: string;
}

/** A GitOps engine that owns the objects that it applied from a folder, and prunes. */
export interface GitOps {
  sync(folder: string): Promise<SyncResult>;
}

interface Report extends SyncResult {
  readonly inventory?: object;
}

/** Argo CD's engine with an Application that syncs automatically and prunes. */
export class ArgoCD implements GitOps {
  constructor(
    private readonly plane: ControlPlane,
    private readonly namespace: string,
  ) {}

  sync(folder: string): Promise<SyncResult> {
    return drive(this.plane, 'argocd', folder, { metadata: { name: 'image-registries', namespace: this.namespace } });
  }
}

/** Flux's engine with a Kustomization that prunes. */
export class Flux implements GitOps {
  /** `images`, `postBuild` and the like. */
  spec: object = {};
  private inventory: object = { entries: [] };

  constructor(
    private readonly plane: ControlPlane,
    private readonly namespace: string,
  ) {}

  async sync(folder: string): Promise<SyncResult> {
    const metadata = { name: 'image-registries', namespace: this.namespace };
    const kustomization = { metadata, spec: this.spec, status: { inventory: this.inventory } };
    const report = await drive(this.plane, 'flux', folder, kustomization);
    this.inventory = report.inventory ?? this.inventory;
    return report;
  }
}

async function drive(plane: ControlPlane, engine: string, folder: string, owner: object): Promise<Report> {
  requireTools('gitops');
  const env = { PATH: process.env.PATH ?? '', HOME: plane.folder, KUBECONFIG: plane.kubeconfig };
  const { code, stdout, stderr } = await run(tool('gitops'), [engine, folder], { env, input: JSON.stringify(owner) });
  if (code !== 0) throw new Error(`${engine} ended with ${String(code)}: ${stderr}`);
  return { changes: {}, ...(JSON.parse(stdout) as Partial<Report>) };
}
