import { parseAllDocuments } from 'yaml';
import { synthesizeRegistry } from '../../../synth/charts';
import { dockerHub, ecr, found, readValues } from '../support/values-folder';

const POD = `  pod: { labels: { a b: c }, nodeSelector: { x: [1] }, priorityClassName: High, imagePullSecrets: [A_B], caConfigMap: CA, awsEnv: { AWS_PROFILE: x, HTTPS_PROXY: "http://u:pw@proxy:3128" } }\n`;

test.each<[string, string, string[]]>([
  ['a wrong ARN', ecr('  roleArn: arn:aws:iam::1234:user/x\n'), ['4:12 aws.roleArn malformed']],
  [
    'an ARN of another partition',
    ecr('  roleArn: arn:aws-cn:iam::123456789012:role/x\n'),
    ['4:12 aws.roleArn conflict'],
  ],
  ['a wrong region', ecr().replace('region: eu-west-1', 'region: Ireland'), ['3:11 aws.region malformed']],
  [
    'an account that differs from pushRepo',
    ecr().replace('"123456789012"', '"210987654321"'),
    ['2:12 aws.account mismatch'],
  ],
  [
    'a region that differs from pushRepo',
    ecr().replace('region: eu-west-1', 'region: eu-central-1'),
    ['3:11 aws.region mismatch'],
  ],
  [
    "the mistake in PrimeHub's docs: an extra digit in the endpoint",
    ecr().replace('https://123', 'https://8123'),
    ['5:21 customImage.registryEndpoint mismatch'],
  ],
  [
    'two identities',
    ecr('  roleArn: arn:aws:iam::123456789012:role/x\n  podIdentity: true\n'),
    ['5:3 aws.podIdentity conflict'],
  ],
  [
    'a schedule with * in the minute field',
    ecr('  schedule: "* */8 * * *"\n'),
    ['4:13 aws.schedule malformed: `17 */4 * * *`'],
  ],
  [
    'a schedule with fewer than two tries in 12 hours',
    ecr('  schedule: "0 */6 * * *"\n'),
    ['4:13 aws.schedule conflict: `0 */4 * * *`'],
  ],
  ['a text that is not a schedule', ecr('  schedule: every four hours\n'), ['4:13 aws.schedule malformed']],
  ['a schedule that is a descriptor', ecr('  schedule: "@hourly"\n'), ['4:13 aws.schedule malformed: `17 * * * *`']],
  ['a schedule that skips days', ecr('  schedule: "0 */4 * * 1-5"\n'), ['4:13 aws.schedule conflict: `0 */4 * * *`']],
  [
    'wrong image references',
    ecr('  images: { awsCli: "aws cli", kubectl: registry.example.com/kubectl@sha256:12 }\n'),
    ['4:21 aws.images.awsCli malformed', '4:41 aws.images.kubectl malformed'],
  ],
  [
    'the access key itself instead of the name of its Secret',
    ecr('  accessKeySecret: AKIAIOSFODNN7EXAMPLE\n'),
    ['4:20 aws.accessKeySecret malformed'],
  ],
  [
    'repeated registries',
    ecr('  registries: [{ account: "123456789012", region: eu-west-1 }]\n'),
    ['4:15 aws.registries duplicate'],
  ],
  [
    'registries of two partitions',
    ecr('  registries: [{ account: "123456789012", region: cn-north-1 }]\n'),
    ['4:15 aws.registries conflict'],
  ],
  [
    'another registry that is wrong',
    ecr('  registries: [{ account: "1", region: x }]\n'),
    ['4:27 aws.registries[0].account wrong-type', '4:40 aws.registries[0].region malformed'],
  ],
  [
    'pod settings that Kubernetes refuses',
    ecr(POD),
    [
      '4:18 aws.pod.labels malformed',
      '4:49 aws.pod.nodeSelector.x wrong-type',
      '4:75 aws.pod.priorityClassName malformed',
      '4:100 aws.pod.imagePullSecrets[0] malformed',
      '4:119 aws.pod.caConfigMap malformed',
      '4:131 aws.pod.awsEnv not-allowed: "AWS_PROFILE" … HTTPS_PROXY contains a login',
    ],
  ],
  [
    'tolerations and annotations that the API server refuses',
    ecr('  pod: { tolerations: [{ operator: Exists }, { operator: Equal, value: b }], annotations: { a b: c } }\n'),
    ['4:58 aws.pod.tolerations[1].operator mismatch', '4:91 aws.pod.annotations malformed'],
  ],
  [
    'the keys of the chart aws-ecr-credential',
    ecr('  accessKeyId: QUtJQQ==\n  secretAccessKey: c2VjcmV0\n'),
    ['4:3 aws.accessKeyId unknown-key', '5:3 aws.secretAccessKey unknown-key'],
  ],
  [
    'access keys in the push Secret',
    ecr('  accessKeySecret: aws-registry\n', '  pushSecretName: aws-registry\n'),
    ['4:20 aws.accessKeySecret conflict'],
  ],
  [
    'an aws block for another registry',
    `aws: { account: "123456789012", region: eu-west-1 }\n${dockerHub()}`,
    ['1:1 aws mismatch'],
  ],
  [
    'a login next to the aws block',
    ecr('', '  registryUsername: AWS\n  registryPassword: secret\n'),
    ['8:3 customImage.registryPassword conflict'],
  ],
  [
    'a password of ECR, which expires',
    ecr('', '  registryUsername: AWS\n  registryPassword: secret\n').replace(/^aws:(\n {2}.*)+\n/, ''),
    ['5:3 customImage.registryPassword conflict'],
  ],
  [
    'a password of ECR without a user name',
    ecr('', '  registryPasswordFrom: { env: TOKEN }\n').replace(/^aws:(\n {2}.*)+\n/, ''),
    ['4:3 customImage.registryPasswordFrom conflict'],
  ],
  [
    'a repository name that ECR refuses',
    ecr().replace('/team/notebooks', '/team/note__books'),
    ['6:13 customImage.pushRepo malformed'],
  ],
  [
    'a host with the ending of another partition, and no repository',
    ecr()
      .replaceAll('amazonaws.com', 'amazonaws.com.cn')
      .replace(/\n  pushRepo: .*/, ''),
    [
      '4:1 customImage.pushRepo missing: `123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/...`',
      '5:21 customImage.registryEndpoint mismatch: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`',
    ],
  ],
  [
    'a host with the ending of another partition',
    ecr().replaceAll('amazonaws.com', 'amazonaws.com.cn'),
    ['6:13 customImage.pushRepo mismatch: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`'],
  ],
])('%s', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});

test('a role of another account may be intended, so it is a note', () => {
  const file = ecr('  roleArn: arn:aws:iam::210987654321:role/x\n');
  expect(found(file)).toEqual([]);
  expect(found(file, [], 'warnings')).toEqual([]);
  expect(found(file, [], 'notes')).toEqual(['4:12 aws.roleArn to-do']);
});

test('for a prefix, a note shows the command that lets ECR create repositories on push', () => {
  const file = ecr('  ensureRepository: true\n').replace('pushRepo:', 'pushRepoPrefix:');
  expect(found(file)).toEqual([]);
  expect(found(file, [], 'warnings')).toEqual(['4:21 aws.ensureRepository no-effect']);
  const notes = [
    '7:19 customImage.pushRepoPrefix to-do: `aws ecr create-repository-creation-template --region eu-west-1 --prefix team/notebooks --applied-for CREATE_ON_PUSH`',
  ];
  expect(found(file, notes, 'notes')).toEqual(notes);
});

test.each([
  ['cluster', {}],
  ['10001', { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 }],
])('pod.runAsUser: %s', (user, expected) => {
  const { problems, registries } = readValues(ecr(`  pod: { runAsUser: ${user} }\n`));
  expect(problems).toBe('');
  const objects = parseAllDocuments(synthesizeRegistry(registries[0]).committed).map(
    (document) => document.toJS() as { kind: string; spec: { template: { spec: { securityContext: object } } } },
  );
  const { securityContext } = objects.find(({ kind }) => kind === 'Job')!.spec.template.spec;
  expect(securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...expected });
});

test.each(['0', 'root', '"1000"', '[1]'])('pod.runAsUser: %s is refused', (user) => {
  const { findings } = readValues(ecr(`  pod: { runAsUser: ${user} }\n`));
  expect(findings.problems.map(({ key }) => key)).toEqual(['aws.pod.runAsUser']);
});
