import { ValidationError, ValidationErrors, givenProps, invalid, oncePerObject, validateMap } from '../validation';
import { validateImageRepository, validateImageTag } from '../images/container-image';
import { quantityValue } from '../kubernetes/quantity';
import { redact } from '../redact';

/** The image of the builder. */
export interface BuildJobImage {
  /**
   * The repository, without a tag.
   *
   * @default - the one of PrimeHub's chart, `infuseai/buildah`. Without the chart there is no default: set it
   */
  readonly repository?: string;
  /**
   * The tag.
   *
   * @default - the one of PrimeHub's chart, `v1.39.3`. Without the chart there is no default: set it
   */
  readonly tag?: string;
}

/** CPU and memory. The PrimeHub controller crashes if only one of them is set. */
export interface CpuAndMemory {
  /** CPU as a Kubernetes quantity: `500m`. */
  readonly cpu: string;
  /** Memory as a Kubernetes quantity: `100Mi`. */
  readonly memory: string;
}

/** The resources of the builder. */
export interface BuildJobResources {
  /**
   * The resources that the builder is guaranteed.
   *
   * @default - PrimeHub's: 500m, 100Mi
   */
  readonly requests?: CpuAndMemory;
  /**
   * The most that the builder may use.
   *
   * @default - PrimeHub's: 2000m, 1500Mi
   */
  readonly limits?: CpuAndMemory;
}

/** The settings of the builder, PrimeHub's `customImage.buildJob`. */
export interface BuildJobSettings {
  /**
   * The image of the builder.
   *
   * @default - the one of PrimeHub's chart, `infuseai/buildah:v1.39.3`. Without the chart there is no default: set it
   */
  readonly image?: BuildJobImage;
  /**
   * The resources of the builder.
   *
   * @default - PrimeHub's
   */
  readonly resources?: BuildJobResources;
  /**
   * The disk space of the builder, as a Kubernetes quantity.
   *
   * @default - PrimeHub's: `30Gi`
   */
  readonly ephemeralStorage?: string;
}

/**
 * The settings with their keys in a fixed order, so that the output does not depend on the order in which they were
 * given.
 */
export function inOrder({ image, resources, ephemeralStorage }: BuildJobSettings): BuildJobSettings {
  const pair = (given?: CpuAndMemory) => given && { cpu: given.cpu, memory: given.memory };
  return {
    image: image && { repository: image.repository, tag: image.tag },
    resources: resources && { requests: pair(resources.requests), limits: pair(resources.limits) },
    ephemeralStorage,
  };
}

const HALF_A_PAIR =
  'missing: set both cpu and memory or neither, as the PrimeHub controller crashes if only one is set';

/** Checks a Kubernetes quantity. */
function validateQuantity(value: unknown): ValidationError[] {
  if (quantityValue(value) !== undefined) return [];
  // Gigabytes as they are written outside Kubernetes.
  const [, number, prefix] = /^([0-9.]+) *([kmgt])i?b$/i.exec(String(value)) ?? [];
  const right = number === undefined ? 'one like `500m` or `2Gi`' : `\`${number}${prefix.toUpperCase()}i\``;
  return invalid(
    'malformed',
    `${redact(value)} is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use ${right}`,
  );
}

/** Checks the whole of `buildJob`. */
export const validateBuildJob = oncePerObject((buildJob: BuildJobSettings): ValidationError[] => {
  const errors = new ValidationErrors();
  const { image, resources, ephemeralStorage } = givenProps(buildJob);
  errors.add('image', validateMap(image));
  errors.add('resources', validateMap(resources));
  if (image?.repository !== undefined) errors.add(['image', 'repository'], validateImageRepository(image.repository));
  if (image?.tag !== undefined) errors.add(['image', 'tag'], validateImageTag(image.tag));
  for (const which of ['requests', 'limits'] as const) {
    const pair = resources?.[which];
    errors.add(['resources', which], validateMap(pair));
    if (typeof pair !== 'object' || pair === null) continue;
    for (const key of ['cpu', 'memory'] as const) {
      errors.add(
        ['resources', which, key],
        pair[key] === undefined ? invalid('missing', HALF_A_PAIR) : validateQuantity(pair[key]),
      );
    }
  }
  for (const key of ['cpu', 'memory'] as const) {
    const request = resources?.requests?.[key];
    const limit = resources?.limits?.[key];
    if ((quantityValue(request) ?? 0) > (quantityValue(limit) ?? Infinity)) {
      errors.add(
        ['resources', 'requests', key],
        invalid(
          'conflict',
          `${request} is more than the limit of ${limit}, and Kubernetes would refuse the pod: lower the request or raise the limit`,
        ),
      );
    }
  }
  if (ephemeralStorage !== undefined) errors.add('ephemeralStorage', validateQuantity(ephemeralStorage));
  return errors.list;
});
