import { parseAllDocuments } from 'yaml';
import { synthesizeRegistry } from '../../../synth/charts';
import { AWS } from '../../../lib/token-refresher/aws/ecr-tokens';
import { dockerHub, lines, readValues } from '../support/values-folder';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** A values file of ECR with more keys under `aws` and under `customImage`. */
function ecr(aws = '', customImage = ''): string {
  return `aws:\n  account: "123456789012"\n  region: eu-west-1\n${aws}customImage:\n  registryEndpoint: https://${HOST}\n  pushRepo: ${HOST}/team/notebooks\n${customImage}`;
}

const POD = `  pod: { labels: { a b: c }, nodeSelector: { x: [1] }, priorityClassName: High, imagePullSecrets: [A_B], caConfigMap: CA, awsEnv: { AWS_PROFILE: x, HTTPS_PROXY: "http://u:pw@proxy:3128" } }\n`;

test.each<[string, string, string[]]>([
  [
    'an ARN that is none',
    ecr('  roleArn: arn:aws:iam::1234:user/x\n'),
    [
      'registries/ecr.yaml:4:12  aws.roleArn',
      '  "arn:aws:iam::1234:user/x" is not the ARN of an IAM role: expected one like `arn:aws:iam::123456789012:role/ecr-push`',
    ],
  ],
  [
    'an ARN of another partition',
    ecr('  roleArn: arn:aws-cn:iam::123456789012:role/x\n'),
    [
      'registries/ecr.yaml:4:12  aws.roleArn',
      '  arn:aws-cn:iam::123456789012:role/x is in the partition aws-cn, but eu-west-1 is in aws',
    ],
  ],
  [
    'a region that is not a region name',
    ecr().replace('region: eu-west-1', 'region: Ireland'),
    ['registries/ecr.yaml:3:11  aws.region', '  "Ireland" is not a region name: expected one like `eu-west-1`'],
  ],
  [
    'an account other than that of pushRepo',
    ecr().replace('"123456789012"', '"210987654321"'),
    [
      'registries/ecr.yaml:2:12  aws.account',
      '  the registry is 210987654321.dkr.ecr.eu-west-1.amazonaws.com here and 123456789012.dkr.ecr.eu-west-1.amazonaws.com in customImage; both must name the same one',
    ],
  ],
  [
    'a region other than that of pushRepo',
    ecr().replace('region: eu-west-1', 'region: eu-central-1'),
    [
      'registries/ecr.yaml:3:11  aws.region',
      '  the registry is 123456789012.dkr.ecr.eu-central-1.amazonaws.com here and 123456789012.dkr.ecr.eu-west-1.amazonaws.com in customImage; both must name the same one',
    ],
  ],
  [
    'the slip of the docs, a digit too many in the endpoint',
    ecr().replace('https://123', 'https://8123'),
    [
      'registries/ecr.yaml:5:21  customImage.registryEndpoint',
      '  the registry is 8123456789012.dkr.ecr.eu-west-1.amazonaws.com here and 123456789012.dkr.ecr.eu-west-1.amazonaws.com in pushRepo; both must name the same one',
    ],
  ],
  [
    'two identities',
    ecr('  roleArn: arn:aws:iam::123456789012:role/x\n  podIdentity: true\n'),
    [
      'registries/ecr.yaml:5:3  aws.podIdentity',
      '  roleArn and podIdentity are 2 identities; the pod has one, remove the others',
    ],
  ],
  [
    'a schedule with * in the minute field',
    ecr('  schedule: "* */8 * * *"\n'),
    [
      'registries/ecr.yaml:4:13  aws.schedule',
      '  "* */8 * * *" does not choose its minutes, so it would ask AWS many times an hour: `17 */4 * * *` would be right',
    ],
  ],
  [
    'a schedule with less than two tries in 12 hours',
    ecr('  schedule: "0 */6 * * *"\n'),
    [
      'registries/ecr.yaml:4:13  aws.schedule',
      `  "0 */6 * * *" leaves no time for a retry: a token lives 12 hours, and two intervals add up to 12 h: \`0 */4 * * *\` would be right`,
    ],
  ],
  [
    'a schedule that is none',
    ecr('  schedule: every four hours\n'),
    [
      'registries/ecr.yaml:4:13  aws.schedule',
      '  "every four hours" does not have the five fields of a schedule: minute, hour, day of the month, month, day of the week',
    ],
  ],
  [
    'a schedule that is a descriptor',
    ecr('  schedule: "@hourly"\n'),
    [
      'registries/ecr.yaml:4:13  aws.schedule',
      '  @hourly would start every cluster in the same minute: choose a minute, like `17 * * * *`',
    ],
  ],
  [
    'a schedule that skips days',
    ecr('  schedule: "0 */4 * * 1-5"\n'),
    [
      'registries/ecr.yaml:4:13  aws.schedule',
      '  "0 */4 * * 1-5" skips days by the day of the week, but a token lives 12 hours: `0 */4 * * *` would be right',
    ],
  ],
  [
    'image references that are none',
    ecr('  images: { awsCli: "aws cli", kubectl: registry.example.com/kubectl@sha256:12 }\n'),
    [
      'registries/ecr.yaml:4:21  aws.images.awsCli',
      '  "aws cli" is not an image reference: expected one like `registry.example.com/aws-cli:2.36.46` or `...@sha256:<64 hex digits>`',
      'registries/ecr.yaml:4:41  aws.images.kubectl',
      '  "registry.example.com/kubectl@sha256:12" is not an image reference: expected one like `registry.example.com/aws-cli:2.36.46` or `...@sha256:<64 hex digits>`',
    ],
  ],
  [
    'the access key itself in place of the name of its Secret',
    ecr('  accessKeySecret: AKIAIOSFODNN7EXAMPLE\n'),
    [
      'registries/ecr.yaml:4:20  aws.accessKeySecret',
      '  this is no name of a Secret: lower-case letters, digits, "-" and "."; the access keys themselves belong into that Secret',
    ],
  ],
  [
    'registries that repeat',
    ecr('  registries: [{ account: "123456789012", region: eu-west-1 }]\n'),
    ['registries/ecr.yaml:4:15  aws.registries', '  account 123456789012 in eu-west-1 is listed twice'],
  ],
  [
    'registries of two partitions',
    ecr('  registries: [{ account: "123456789012", region: cn-north-1 }]\n'),
    [
      'registries/ecr.yaml:4:15  aws.registries',
      '  eu-west-1, cn-north-1 are in the partitions aws and aws-cn, and no identity is valid in both: make a refresher for each',
    ],
  ],
  [
    'a further registry that is none',
    ecr('  registries: [{ account: "1", region: x }]\n'),
    [
      'registries/ecr.yaml:4:27  aws.registries[0].account',
      '  this is no AWS account id; dashes and spaces have no place in it. AWS account id: 12 digits, in quotes.',
      'registries/ecr.yaml:4:40  aws.registries[0].region',
      '  "x" is not a region name: expected one like `eu-west-1`',
    ],
  ],
  [
    'what a pod cannot have',
    ecr(POD),
    [
      'registries/ecr.yaml:4:18  aws.pod.labels',
      '  "a b: c" is not a valid Kubernetes label',
      'registries/ecr.yaml:4:49  aws.pod.nodeSelector.x',
      '  text is wanted, not a list',
      'registries/ecr.yaml:4:75  aws.pod.priorityClassName',
      '  "High" is not a valid priority class name: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters',
      'registries/ecr.yaml:4:100  aws.pod.imagePullSecrets[0]',
      '  "A_B" is not a valid Secret name: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters',
      'registries/ecr.yaml:4:119  aws.pod.caConfigMap',
      '  "CA" is not a valid ConfigMap name: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters',
      'registries/ecr.yaml:4:131  aws.pod.awsEnv',
      `  "AWS_PROFILE" cannot be set here: allowed are ${AWS.allowedVariables.join(', ')}, and the proxy variables`,
      '  HTTPS_PROXY contains a login, which would be committed: use an address without one',
    ],
  ],
  [
    'tolerations and annotations that the API server refuses',
    ecr('  pod: { tolerations: [{ operator: Exists }, { operator: Equal, value: b }], annotations: { a b: c } }\n'),
    [
      'registries/ecr.yaml:4:58  aws.pod.tolerations[1].operator',
      '  a toleration without a key needs the operator Exists',
      'registries/ecr.yaml:4:91  aws.pod.annotations',
      '  "a b: c" is not a valid Kubernetes annotation',
    ],
  ],
  [
    'the keys of the chart aws-ecr-credential',
    ecr('  accessKeyId: QUtJQQ==\n  secretAccessKey: c2VjcmV0\n'),
    [
      'registries/ecr.yaml:4:3  aws.accessKeyId',
      '  access keys in this file would be committed; put the keys into a Secret of the cluster and name it in accessKeySecret: docs/ecr-identity.md',
      'registries/ecr.yaml:5:3  aws.secretAccessKey',
      '  access keys in this file would be committed; put the keys into a Secret of the cluster and name it in accessKeySecret: docs/ecr-identity.md',
    ],
  ],
  [
    'access keys in the push Secret',
    ecr('  accessKeySecret: aws-registry\n', '  pushSecretName: aws-registry\n'),
    [
      'registries/ecr.yaml:4:20  aws.accessKeySecret',
      '  aws-registry is the push Secret, which is overwritten with tokens; keep the access keys in another one',
    ],
  ],
  [
    'an aws block for another registry',
    `aws: { account: "123456789012", region: eu-west-1 }\n${dockerHub()}`,
    [
      'registries/ecr.yaml:1:1  aws',
      '  this block is for Amazon ECR, and the registry is docker.io; remove one of them',
    ],
  ],
  [
    'a login beside the aws block',
    ecr('', '  registryUsername: AWS\n  registryPassword: secret\n'),
    [
      'registries/ecr.yaml:8:3  customImage.registryPassword',
      '  two sources of one password: the aws block fetches tokens by itself; remove registryUsername and this, or aws',
    ],
  ],
  [
    'a password of ECR, which expires',
    ecr('', '  registryUsername: AWS\n  registryPassword: secret\n').replace(/^aws:(\n {2}.*)+\n/, ''),
    [
      'registries/ecr.yaml:5:3  customImage.registryPassword',
      '  an ECR password expires after 12 hours; add `aws: {account, region}` in place of user name and password',
    ],
  ],
  [
    'a password of ECR without a user name',
    ecr('', '  registryPasswordFrom: { env: TOKEN }\n').replace(/^aws:(\n {2}.*)+\n/, ''),
    [
      'registries/ecr.yaml:4:3  customImage.registryPasswordFrom',
      '  an ECR password expires after 12 hours; add `aws: {account, region}` in place of user name and password',
    ],
  ],
  [
    'a repository name that ECR refuses',
    ecr().replace('/team/notebooks', '/team/note__books'),
    [
      'registries/ecr.yaml:6:13  customImage.pushRepo',
      '  "team/note__books" is not an ECR repository name: expected lower-case letters and digits that single ".", "_", "-" or "/" may separate',
    ],
  ],
  [
    'a host with the ending of another partition, and no repository',
    ecr()
      .replaceAll('amazonaws.com', 'amazonaws.com.cn')
      .replace(/\n  pushRepo: .*/, ''),
    [
      'registries/ecr.yaml:4:1  customImage.pushRepo',
      '  missing: give the repository that images are pushed to (`123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/...`), or pushRepoPrefix',
      'registries/ecr.yaml:5:21  customImage.registryEndpoint',
      `  "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn" has the ending of another partition: for eu-west-1 use \`123456789012.dkr.ecr.eu-west-1.amazonaws.com\``,
    ],
  ],
  [
    'a host with the ending of another partition',
    ecr().replaceAll('amazonaws.com', 'amazonaws.com.cn'),
    [
      'registries/ecr.yaml:6:13  customImage.pushRepo',
      `  "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn" has the ending of another partition: for eu-west-1 use \`123456789012.dkr.ecr.eu-west-1.amazonaws.com\``,
    ],
  ],
])('%s', (_, file, answer) => {
  expect(readValues({ 'ecr.yaml': file }).problems).toBe(lines(answer));
});

test('a role of another account can be meant, and is noted', () => {
  const { problems, warnings, notes } = readValues({
    'ecr.yaml': ecr('  roleArn: arn:aws:iam::210987654321:role/x\n'),
  });
  expect(problems).toBe('');
  expect(warnings).toBe('');
  expect(notes).toBe(
    lines([
      'registries/ecr.yaml:4:12  aws.roleArn',
      "  the role is of the account 210987654321, the registry of 123456789012: the repository's policy must allow that account to push",
    ]),
  );
});

test('a prefix earns the command that lets ECR create repositories on push', () => {
  const { problems, warnings, notes } = readValues({
    'ecr.yaml': ecr('  ensureRepository: true\n').replace('pushRepo:', 'pushRepoPrefix:'),
  });
  expect(problems).toBe('');
  expect(warnings).toBe(
    lines([
      'registries/ecr.yaml:4:21  aws.ensureRepository',
      '  without effect with pushRepoPrefix: the repositories are not known beforehand',
    ]),
  );
  expect(notes).toBe(
    lines([
      'registries/ecr.yaml:7:19  customImage.pushRepoPrefix',
      '  each image gets an ECR repository of its own below 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/notebooks, and ECR makes none by itself; let it make them on push, once: `aws ecr create-repository-creation-template --region eu-west-1 --prefix team/notebooks --applied-for CREATE_ON_PUSH`',
    ]),
  );
});

test.each([
  ['cluster', {}],
  ['10001', { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 }],
])('pod.runAsUser: %s', (user, expected) => {
  const { problems, registries } = readValues({ 'ecr.yaml': ecr(`  pod: { runAsUser: ${user} }\n`) });
  expect(problems).toBe('');
  const objects = parseAllDocuments(synthesizeRegistry(registries[0]).committed).map(
    (document) => document.toJS() as { kind: string; spec: { template: { spec: { securityContext: object } } } },
  );
  const { securityContext } = objects.find(({ kind }) => kind === 'Job')!.spec.template.spec;
  expect(securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...expected });
});

test.each(['0', 'root', '"1000"', '[1]'])('pod.runAsUser: %s is refused', (user) => {
  const { findings } = readValues({ 'ecr.yaml': ecr(`  pod: { runAsUser: ${user} }\n`) });
  expect(findings.problems.map(({ key }) => key)).toEqual(['aws.pod.runAsUser']);
});
