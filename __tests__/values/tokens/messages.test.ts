import { testSentences } from '../support/sentences';
import { dockerHub, ecr, ECR_HOST } from '../support/values-folder';

const PREFIX = ecr('  ensureRepository: true\n').replace('pushRepo:', 'pushRepoPrefix:');

// The sentences on the blocks of tokens, to the letter. What the library says of their values is in its own table.
testSentences(
  ['tokens/aws.ts', 'tokens/azure.ts', 'tokens/google.ts', 'tokens/refresher-options.ts'],
  [
    [
      `the registry is 210987654321.dkr.ecr.eu-west-1.amazonaws.com here and ${ECR_HOST} in customImage; both must name the same one`,
      ecr().replace('"123456789012"', '"210987654321"'),
    ],
    [
      'us-west-9 is no region that was known when this version was made; known there: us-west-1, us-west-2. If AWS has it by now, all is well',
      ecr().replaceAll('eu-west-1', 'us-west-9'),
    ],
    [
      'roleArn and podIdentity are 2 identities; the pod has one, remove the others',
      ecr('  roleArn: arn:aws:iam::123456789012:role/x\n  podIdentity: true\n'),
    ],
    [
      'aws-registry is the push Secret, which is overwritten with tokens; keep the access keys in another one',
      ecr('  accessKeySecret: aws-registry\n', '  pushSecretName: aws-registry\n'),
    ],
    [
      'this is no name of a Secret: lower-case letters, digits, "-" and "."; the access keys themselves belong into that Secret',
      ecr('  accessKeySecret: AKIAIOSFODNN7EXAMPLE\n'),
    ],
    [
      "the role is of the account 210987654321, the registry of 123456789012: the repository's policy must allow that account to push",
      ecr('  roleArn: arn:aws:iam::210987654321:role/x\n'),
    ],
    [
      `each image gets an ECR repository of its own below ${ECR_HOST}/team/notebooks, and ECR makes none by itself; let it make them on push, once: \`aws ecr create-repository-creation-template --region eu-west-1 --prefix team/notebooks --applied-for CREATE_ON_PUSH\``,
      PREFIX,
    ],
    ['without effect with pushRepoPrefix: the repositories are not known beforehand', PREFIX],
    [
      'an ECR password expires after 12 hours; add `aws: {account, region}` in place of user name and password',
      dockerHub({ registryEndpoint: ECR_HOST, registryUsername: 'AWS', pushRepo: `${ECR_HOST}/team/notebooks` }),
    ],
    [
      "ECR Public is another service than Amazon ECR, with passwords of its own that live 12 hours, and this block cannot fetch them; push to a private ECR registry, or remove the block, keep a Secret fresh with External Secrets' generator ECRAuthorizationToken (`scope: public`) and name that Secret in pushSecretName",
      ecr().replaceAll(ECR_HOST, 'public.ecr.aws'),
    ],
  ],
);
