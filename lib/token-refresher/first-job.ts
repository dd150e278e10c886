import { createHash } from 'crypto';
import { k8s } from 'cdk8s-plus-27';

/**
 * The Job of the first token. A Job's template cannot be changed, so the name ends in a hash of the spec as it is
 * written, with all patches and labels. A changed pod is then a new Job.
 */
export class FirstJob extends k8s.KubeJob {
  override toJson(): { [key: string]: unknown } {
    const manifest = super.toJson() as { metadata: { name: string }; spec: unknown };
    const hash = createHash('sha256')
      .update(JSON.stringify(sorted(manifest.spec)))
      .digest('hex')
      .slice(0, 8);
    return { ...manifest, metadata: { ...manifest.metadata, name: `${manifest.metadata.name}-${hash}` } };
  }
}

/** A copy with sorted keys at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const copy: { [key: string]: unknown } = {};
  for (const key of Object.keys(value).sort()) copy[key] = sorted((value as typeof copy)[key]);
  return copy;
}
