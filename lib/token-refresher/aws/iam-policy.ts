import { partitionOf } from './aws-partition';
import { EcrAddress } from './ecr-address';
import { PushTarget } from '../../images/push-target';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html */
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
/**
 * Pushing includes pulling, as the kubelet pulls with the same Secret with which the builder pushes.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
const PUSH_AND_PULL = [
  ...PULL,
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
].sort();

/**
 * The smallest IAM policy for the identity that asks for the tokens, as JSON for `aws iam create-policy`. From a
 * registry that nothing is pushed to, it allows pulls of all images.
 */
export function iamPolicyJson(registries: readonly EcrAddress[]): string {
  const pushed = registries.flatMap((registry) =>
    (registry.targets ?? [undefined]).map((target) => repositoryArn(registry, nameOf(target))),
  );
  const pulled = registries
    .filter(({ targets }) => targets?.length === 0)
    .map((registry) => repositoryArn(registry, nameOf(undefined)));
  const created = registries.flatMap((registry) =>
    registry.createdRepositories.map((name) => repositoryArn(registry, name)),
  );
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Token', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      ...statement('PushAndPull', PUSH_AND_PULL, pushed),
      ...statement('Pull', PULL, pulled),
      ...statement('CreateRepository', ['ecr:CreateRepository'], created),
    ],
  };
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

function statement(sid: string, actions: readonly string[], resources: readonly string[]): object[] {
  if (resources.length === 0) return [];
  return [{ Sid: sid, Effect: 'Allow', Action: actions, Resource: [...new Set(resources)].sort() }];
}

/** The repositories of a target. Without a target, all of them. */
function nameOf(target: PushTarget | undefined): string {
  if (target === undefined || (target.isPrefix && target.path === '')) return '*';
  return target.isPrefix ? `${target.path}/*` : target.path;
}

function repositoryArn({ account, region }: EcrAddress, name: string): string {
  return `arn:${partitionOf(region).name}:ecr:${region}:${account}:repository/${name}`;
}
