import { createHash } from 'crypto';
import { k8s } from 'cdk8s-plus-27';

/**
 * The Job of the first token. A Job's template cannot be changed, so the name ends in a hash of the spec as it is
 * written, with all patches and labels. A changed pod is then a new Job.
 */
export class FirstJob extends k8s.KubeJob {
  override toJson(): { [key: string]: unknown } {
    const manifest = super.toJson() as { metadata: { name: string }; spec: unknown };
    const hash = createHash('sha256').update(sorted(manifest.spec)).digest('hex').slice(0, 8);
    return { ...manifest, metadata: { ...manifest.metadata, name: `${manifest.metadata.name}-${hash}` } };
  }
}

/** JSON with sorted keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
