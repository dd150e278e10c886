import { partitionOf } from './aws-partition';
import { PushTarget } from '../images/push-target';

/** A registry, and what is pushed to it. */
export interface PolicyRegistry {
  readonly account: string;
  readonly region: string;
  readonly targets: readonly PushTarget[];
  readonly ensureRepositories: boolean;
}

/**
 * To push and to pull: the kubelet pulls with the Secret that the builder pushes with.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
const PUSH_AND_PULL = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/** The least policy for the identity that asks for the tokens, as JSON to hand to `aws iam create-policy`. */
export function iamPolicyJson(registries: readonly PolicyRegistry[]): string {
  const arns = (filter: (registry: PolicyRegistry) => readonly PushTarget[] | undefined): string[] =>
    [
      ...new Set(
        registries.flatMap((registry) => (filter(registry) ?? []).map((target) => repositoryArn(registry, target))),
      ),
    ].sort();
  const everything = registries
    .filter(({ targets }) => targets.length === 0)
    .map((registry) => repositoryArn(registry));
  const all = [...new Set([...arns(({ targets }) => targets), ...everything])].sort();
  const created = arns(({ targets, ensureRepositories }) =>
    ensureRepositories ? targets.filter((target) => !target.isPrefix) : [],
  );
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Token', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      { Sid: 'PushAndPull', Effect: 'Allow', Action: PUSH_AND_PULL, Resource: all },
      ...(created.length === 0
        ? []
        : [{ Sid: 'CreateRepository', Effect: 'Allow', Action: ['ecr:CreateRepository'], Resource: created }]),
    ],
  };
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

function repositoryArn({ account, region }: PolicyRegistry, target?: PushTarget): string {
  const name = [target?.path, target === undefined || target.isPrefix ? '*' : undefined].filter(Boolean).join('/');
  return `arn:${partitionOf(region).name}:ecr:${region}:${account}:repository/${name}`;
}
