import { EcrHostForm, formatEcrHost } from './ecr-host';
import { EcrRegistryAddress } from '../options';
import { PushTarget } from '../../images/push-target';

/** A registry whose defaults are resolved. */
export interface ResolvedRegistry {
  readonly account: string;
  readonly region: string;
  /** The host as it stands in image references. */
  readonly host: string;
  /** What is pushed to it; nothing said means everything. */
  readonly targets?: readonly PushTarget[];
  /** The names of the repositories that are created where they are missing. */
  readonly createdRepositories: readonly string[];
}

/** The host of a registry, as it stands in image references. */
export function hostOf({ account, region, hostForm = EcrHostForm.PLAIN }: EcrRegistryAddress): string {
  return formatEcrHost({ account, region, hostForm });
}

/** Resolves the defaults of a registry without faults. */
export function resolveRegistry(registry: EcrRegistryAddress): ResolvedRegistry {
  const { account, region, targets, ensureRepositories = false } = registry;
  const repositories = (targets ?? []).filter(({ isPrefix }) => !isPrefix).map(({ path }) => path);
  return {
    account,
    region,
    host: hostOf(registry),
    targets,
    createdRepositories: ensureRepositories ? repositories : [],
  };
}

/** Whether the policy for a registry lets somebody push to a target. */
export function coversTarget({ targets }: ResolvedRegistry, target: PushTarget): boolean {
  if (targets === undefined) return true;
  return targets.some(({ path, isPrefix }) => {
    if (!isPrefix) return !target.isPrefix && target.path === path;
    return path === '' || target.path.startsWith(`${path}/`) || (target.isPrefix && target.path === path);
  });
}
