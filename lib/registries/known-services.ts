import { PushTarget } from '../images/push-target';
import { ValidationError, invalid } from '../validation';

/** A host that people mistake for a registry, and the registry that they mean. */
interface OtherHost {
  readonly hosts: RegExp;
  readonly what: string;
  readonly right: string;
}

/**
 * Hosts that do not store images.
 *
 * @see https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
 * @see https://docs.gitlab.com/user/packages/container_registry/
 * @see https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
 * @see https://learn.microsoft.com/azure/container-registry/container-registry-concepts
 */
const NO_IMAGES: readonly OtherHost[] = [
  { hosts: /^(?:www\.)?github\.com$/, what: 'the web site', right: '`ghcr.io`' },
  { hosts: /^(?:docker|containers)\.pkg\.github\.com$/, what: 'the old registry', right: '`ghcr.io`' },
  {
    hosts: /^(?:npm|maven|nuget|rubygems)\.pkg\.github\.com$/,
    what: 'a registry of other packages',
    right: '`ghcr.io`',
  },
  { hosts: /^(?:www\.)?gitlab\.com$/, what: 'the web site', right: '`registry.gitlab.com`' },
  { hosts: /^(?:www\.|app\.|cloud\.)?docker\.com$/, what: 'the web site', right: '`docker.io`' },
  { hosts: /^gallery\.ecr\.aws$/, what: 'the web site', right: '`public.ecr.aws`' },
  { hosts: /^azurecr\.(?:io|cn|us)$/, what: 'the domain of all registries', right: '`<registry>.azurecr.io`' },
  { hosts: /^portal\.azure\.com$/, what: 'the web site', right: '`<registry>.azurecr.io`' },
  { hosts: /^(?:docker\.)?pkg\.dev$/, what: 'the domain of all registries', right: '`<location>-docker.pkg.dev`' },
  // The hosts of Docker repositories are Google's own kind.
  { hosts: /\.pkg\.dev$/, what: 'another host of Artifact Registry', right: '`<location>-docker.pkg.dev`' },
  {
    hosts: /^(?:[a-z0-9-]+\.)?console\.aws\.amazon\.com$/,
    what: 'the web site',
    right: '`<account>.dkr.ecr.<region>.amazonaws.com`',
  },
  { hosts: /^container-registry\.oracle\.com$/, what: 'a registry to pull from', right: '`<region>.ocir.io`' },
  { hosts: /^console\.cloud\.google\.com$/, what: 'the web site', right: '`<location>-docker.pkg.dev`' },
  {
    hosts:
      /^(?:mcr\.microsoft\.com|(?:mirror|k8s)\.gcr\.io|registry\.k8s\.io|registry\.redhat\.io|registry\.access\.redhat\.com)$/,
    what: 'a registry to pull from',
    right: 'a registry of your own',
  },
];

/** Checks that a host is not known to store no images. */
export function validateTakesImages(host: string): ValidationError[] {
  const other = NO_IMAGES.find(({ hosts }) => hosts.test(host.replace(/:[0-9]+$/, '')));
  if (other === undefined) return [];
  return invalid('not-allowed', `${host} does not store images, it is ${other.what}: use ${other.right}`);
}

/** A registry whose paths need more than one component. */
interface Levels {
  readonly hosts: RegExp;
  readonly repository: readonly string[];
  /** The components of a prefix. Each image adds one more. */
  readonly prefix: readonly string[];
}

const OWNER = { repository: ['<owner>', '<image>'], prefix: ['<owner>'] };
const NAMESPACE = { repository: ['<namespace>', '<image>'], prefix: ['<namespace>'] };
const REGISTRY = { repository: ['<registry>', '<image>'], prefix: ['<registry>'] };

/**
 * The fewest components of a path, from the docs of each registry.
 *
 * @see
 * https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry#pushing-container-images
 * @see https://docs.quay.io/guides/create-repo.html
 * @see https://docs.gitlab.com/user/packages/container_registry/#naming-convention-for-your-container-images
 * @see https://docs.aws.amazon.com/AmazonECR/latest/public/docker-push-ecr-image.html
 * @see https://yandex.cloud/en/docs/container-registry/operations/docker-image/docker-image-push
 * @see https://docs.digitalocean.com/products/container-registry/how-to/use-registry-docker-kubernetes/
 * @see https://cloud.ibm.com/docs/Registry?topic=Registry-registry_images_
 * @see https://docs.oracle.com/iaas/Content/Registry/Tasks/registrypushingimagesusingthedockercli.htm
 * @see https://www.alibabacloud.com/help/en/acr/product-overview/terms
 * @see https://www.scaleway.com/en/docs/container-registry/how-to/push-images/
 * @see https://github.com/huaweicloud/swr-login-workflow-samples
 */
const LEVELS: readonly Levels[] = [
  { hosts: /^ghcr\.io$/, ...OWNER },
  { hosts: /^quay\.io$/, ...NAMESPACE },
  // An image belongs to a project, so a group alone is not a prefix either.
  { hosts: /^registry\.gitlab\.com$/, repository: ['<group>', '<project>'], prefix: ['<group>', '<project>'] },
  { hosts: /^public\.ecr\.aws$/, repository: ['<alias>', '<repository>'], prefix: ['<alias>'] },
  { hosts: /^cr\.yandex$/, ...REGISTRY },
  { hosts: /^registry\.digitalocean\.com$/, ...REGISTRY },
  { hosts: /^(?:[a-z0-9-]+\.)*icr\.io$/, ...NAMESPACE },
  {
    hosts: /^(?:[a-z0-9-]+\.ocir\.io|ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com)$/,
    repository: ['<tenancy namespace>', '<image>'],
    prefix: ['<tenancy namespace>'],
  },
  { hosts: /\.aliyuncs\.com$/, ...NAMESPACE },
  { hosts: /^rg\.[a-z0-9-]+\.scw\.cloud$/, ...NAMESPACE },
  {
    hosts: /^swr\.[a-z0-9-]+\.myhuaweicloud\.com$/,
    repository: ['<organization>', '<image>'],
    prefix: ['<organization>'],
  },
];

/** Why a plain registry probably cannot have such a repository or prefix, or nothing. */
export function levelsDoubt({ path, isPrefix }: PushTarget, host: string): string | undefined {
  const known = LEVELS.find(({ hosts }) => hosts.test(host));
  if (known === undefined) return undefined;
  const levels = isPrefix ? known.prefix : known.repository;
  const given = path === '' ? 0 : path.split('/').length;
  if (given >= levels.length) return undefined;
  return `on ${host} a ${isPrefix ? 'prefix' : 'repository'} needs at least \`${host}/${levels.join('/')}\`, or the push will be refused`;
}
