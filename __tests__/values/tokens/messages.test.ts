import { testSentences } from '../support/sentences';
import { dockerHub, ecr, ECR_HOST } from '../support/values-folder';

const PREFIX = ecr('  ensureRepository: true\n').replace('pushRepo:', 'pushRepoPrefix:');

// The exact sentences about the token blocks. The library's messages about their values are in its own table.
testSentences(
  ['tokens/aws.ts', 'tokens/azure.ts', 'tokens/google.ts', 'tokens/refresher-options.ts'],
  [
    [
      `the registry is 210987654321.dkr.ecr.eu-west-1.amazonaws.com here, but ${ECR_HOST} in customImage: both must be the same`,
      ecr().replace('"123456789012"', '"210987654321"'),
    ],
    [
      'us-west-9 is not a region that this version knows; known ones are us-west-1, us-west-2. If AWS has added it since, ignore this',
      ecr().replaceAll('eu-west-1', 'us-west-9'),
    ],
    [
      'roleArn and podIdentity are 2 identities, but the pod has only one: remove the others',
      ecr('  roleArn: arn:aws:iam::123456789012:role/x\n  podIdentity: true\n'),
    ],
    [
      'aws-registry is the push Secret, which the refresher overwrites with tokens: keep the access keys in another Secret',
      ecr('  accessKeySecret: aws-registry\n', '  pushSecretName: aws-registry\n'),
    ],
    [
      'this is not a valid name of a Secret: expected lower-case letters, digits, "-" and "."; give the name of the Secret that contains the access keys, not the keys',
      ecr('  accessKeySecret: AKIAIOSFODNN7EXAMPLE\n'),
    ],
    [
      "the role belongs to the account 210987654321, but the registry to 123456789012: the repository's policy must allow 210987654321 to push",
      ecr('  roleArn: arn:aws:iam::210987654321:role/x\n'),
    ],
    [
      `each image gets its own ECR repository below ${ECR_HOST}/team/notebooks, and ECR does not create them by default: to let it create them on push, run this once: \`aws ecr create-repository-creation-template --region eu-west-1 --prefix team/notebooks --applied-for CREATE_ON_PUSH\``,
      PREFIX,
    ],
    ['this has no effect with pushRepoPrefix, as the repositories are not known in advance: remove it', PREFIX],
    [
      'an ECR password expires after 12 hours: replace user name and password with `aws: {account, region}`',
      dockerHub({ registryEndpoint: ECR_HOST, registryUsername: 'AWS', pushRepo: `${ECR_HOST}/team/notebooks` }),
    ],
    [
      "ECR Public is not the same service as Amazon ECR: it has its own tokens, which live 12 hours, and this block cannot fetch them. Push to a private ECR registry. Or remove the block, keep a Secret fresh with External Secrets' generator ECRAuthorizationToken (`scope: public`), and set pushSecretName to its name",
      ecr().replaceAll(ECR_HOST, 'public.ecr.aws'),
    ],
  ],
);
