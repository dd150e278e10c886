import { App, Chart } from 'cdk8s';
import { AwsIdentity, EcrTokenRefresher, EcrTokenRefresherProps, PushTarget } from '../../../../lib';

const REGISTRY = { account: '123456789012', region: 'eu-west-1' };
// As a user of plain JavaScript would: whatever comes to mind.
const props = (overrides: object): EcrTokenRefresherProps => ({ registries: [REGISTRY], ...overrides });

function refresher(overrides: object): EcrTokenRefresher {
  return new EcrTokenRefresher(new Chart(new App(), 'chart', { namespace: 'hub' }), 'ecr', props(overrides));
}

test.each<[object, string]>([
  [{ registries: [] }, 'registries: at least one registry is wanted'],
  [{ registries: undefined }, 'registries: at least one registry is wanted'],
  [{ registries: REGISTRY }, 'registries: at least one registry is wanted'],
  [{ registries: [null] }, 'registries[0].region: '],
  [{ registries: [{ ...REGISTRY, account: 1 }] }, 'is no AWS account id: 12 digits; quote it'],
  [{ registries: [REGISTRY, { ...REGISTRY, region: 'x' }] }, 'registries[1].region: "x" is no region name'],
  [{ registries: [{ ...REGISTRY, hostForm: 'ipv6' }] }, 'registries[0].hostForm: "ipv6" is none of plain, fips'],
  [{ registries: [{ ...REGISTRY, targets: ['x'] }] }, 'registries[0].targets: a list of PushTarget is wanted'],
  [
    { registries: [{ ...REGISTRY, targets: [PushTarget.repository('a__b')] }] },
    'registries[0].targets: "a__b" is no ECR',
  ],
  [{ registries: [{ ...REGISTRY, ensureRepositories: true }] }, 'registries[0].ensureRepositories: without effect: no'],
  [{ registries: [REGISTRY, REGISTRY] }, 'registries: account 123456789012 in eu-west-1 is named twice'],
  [
    { registries: [REGISTRY, { ...REGISTRY, region: 'cn-north-1' }] },
    'the partitions aws and aws-cn: no identity spans',
  ],
  [{ registries: [REGISTRY, { ...REGISTRY, region: 'us-gov-west-1' }] }, 'the partitions aws and aws-us-gov'],
  [{ name: 'Team_A' }, 'name: "Team_A" is no refresher name'],
  [{ name: 'x'.repeat(41) }, 'at most 40 characters'],
  [{ namespaces: [] }, 'namespaces: none given'],
  [{ namespaces: ['hub', 'hub'] }, 'namespaces: named twice: hub'],
  [{ secretName: 'aws_registry' }, 'secretName: "aws_registry" is no Secret name'],
  [{ schedule: '0 */6 * * *' }, 'schedule: "0 */6 * * *" leaves a token'],
  [{ schedule: 4 }, 'schedule: 4 is no schedule'],
  [{ identity: 'arn:aws:iam::123456789012:role/x' }, 'identity: an AwsIdentity is wanted'],
  [
    { identity: AwsIdentity.irsa('arn:aws-cn:iam::123456789012:role/x') },
    'is of the partition aws-cn, but eu-west-1 is in aws',
  ],
  [{ images: { awsCli: 'aws cli' } }, 'images.awsCli: "aws cli" is no image reference'],
  [{ images: { awsCli: 'https://example.com/aws' } }, 'images.awsCli: "https://example.com/aws" is no image reference'],
  [{ images: { kubectl: 'kubectl:' } }, 'images.kubectl: "kubectl:" is no image reference'],
  [{ images: { kubectl: 'kubectl@sha256:abc' } }, 'images.kubectl: '],
  [{ images: { kubectl: {} } }, 'images.kubectl: '],
  [{ alert: { labels: { release: true } } }, 'alert.labels: release: '],
  [{ alert: { labels: { release: 'a b' } } }, 'alert.labels: "release: a b" is no Kubernetes label'],
  [{ pod: { imagePullSecrets: 'mirror' } }, 'pod.imagePullSecrets: "mirror" is no list of strings'],
  [{ pod: { imagePullSecrets: ['A'] } }, 'pod.imagePullSecrets: "A" is no Secret name'],
  [{ pod: { nodeSelector: ['x'] } }, 'pod.nodeSelector: '],
  [{ pod: { tolerations: {} } }, 'pod.tolerations: a list is wanted'],
  [{ pod: { tolerations: ['infra'] } }, 'pod.tolerations[0]: "infra" is no toleration'],
  [
    { pod: { tolerations: [{ operator: 'Equal', value: 'b' }] } },
    'pod.tolerations[0]: operator: without a key it must',
  ],
  [{ pod: { tolerations: [{ operator: 'Exists', value: 'b' }] } }, 'pod.tolerations[0]: value: Exists compares none'],
  [{ pod: { tolerations: [{ key: 'a b' }] } }, 'pod.tolerations[0]: key: "a b" is no key of a taint'],
  [{ pod: { tolerations: [{ key: 'a', value: 'x y' }] } }, 'pod.tolerations[0]: value: "x y" is no value of a taint'],
  [{ pod: { tolerations: [{ key: 'a', operator: 'In' }] } }, 'operator: "In" is neither Exists nor Equal'],
  [{ pod: { tolerations: [{ key: 'a', effect: 'None' }] } }, 'effect: "None" is none of NoSchedule'],
  [
    { pod: { tolerations: [{ key: 'a', tolerationSeconds: 5 }] } },
    'tolerationSeconds: only the effect NoExecute has it',
  ],
  [{ pod: { priorityClassName: 'High' } }, 'pod.priorityClassName: "High" is no priority class name'],
  [{ pod: { labels: { 'bad key': 'x' } } }, 'pod.labels: '],
  [{ pod: { annotations: { a: 1 } } }, 'pod.annotations: a: '],
  [{ pod: { annotations: { 'a b': 'c' } } }, 'pod.annotations: "a b: c" is no Kubernetes annotation'],
  [{ pod: { caConfigMap: 'CA' } }, 'pod.caConfigMap: "CA" is no ConfigMap name'],
  [{ pod: { awsEnv: { 'A-B': 'x' } } }, 'pod.awsEnv: "A-B" is no name of a variable'],
  [
    { pod: { awsEnv: { AWS_STS_REGIONAL_ENDPOINTS: 'legacy' } } },
    'pod.awsEnv: AWS_STS_REGIONAL_ENDPOINTS is the refresher',
  ],
  [{ pod: { awsEnv: { SHELLOPTS: 'xtrace' } } }, 'pod.awsEnv: SHELLOPTS is the refresher'],
  [{ pod: { awsEnv: { AWS_PROFILE: 'x' } } }, 'pod.awsEnv: AWS_PROFILE is the refresher'],
  [{ pod: { awsEnv: { AWS_ACCESS_KEY_ID: 'x' } } }, 'pod.awsEnv: AWS_ACCESS_KEY_ID is the refresher'],
  [{ pod: { awsEnv: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'x' } } }, 'it cannot be set here'],
  [{ pod: { awsEnv: { AWS_CA_BUNDLE: '/x' }, caConfigMap: 'ca' } }, 'AWS_CA_BUNDLE is what `caConfigMap` sets'],
])('%j', (overrides, message) => {
  expect(() => refresher(overrides)).toThrow(message);
});

test.each([
  'http://user:hunter2@proxy:3128',
  'http://user:hunter2/x@proxy:3128',
  'user:hunter2@proxy:3128',
  'http://hunter2@proxy:3128',
  `ghp_hunter2${'a1'.repeat(15)}`,
])('a password in awsEnv is refused, and not repeated: %s', (value) => {
  const build = (): unknown => refresher({ pod: { awsEnv: { HTTPS_PROXY: value } } });
  expect(build).toThrow('pod.awsEnv: HTTPS_PROXY holds a login or a token, which would be committed');
  expect(build).not.toThrow('hunter2');
});

test.each([
  'http://proxy.example.com:3128',
  '10.0.0.0/8,169.254.170.23,[fd00:ec2::23],.svc,.cluster.local',
  '.svc,5A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.eu-west-1.eks.amazonaws.com',
  'https://vpce-0a1b2c3d4e5f6a7b8-9c8d7e6f.api.ecr.eu-west-1.vpce.amazonaws.com',
  'http://task-proxy.example.com:3128',
  'true',
  '',
])('awsEnv takes %j', (value) => expect(() => refresher({ pod: { awsEnv: { NO_PROXY: value } } })).not.toThrow());

test('each variable of the AWS container is there once, whatever awsEnv may hold', () => {
  const own = refresher({ identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/x'), pod: { caConfigMap: 'ca' } });
  const job = own.firstJob.toJson() as {
    spec: { template: { spec: { initContainers: { env: { name: string }[] }[] } } };
  };
  const { env } = job.spec.template.spec.initContainers[0];
  expect(env.length).toBeGreaterThan(9);
  for (const { name } of env) {
    expect(() => refresher({ pod: { caConfigMap: 'ca', awsEnv: { [name]: 'x' } } })).toThrow(`pod.awsEnv: ${name} is `);
  }
});

test('the Secret of the access keys is not the one that is written', () => {
  expect(() => refresher({ identity: AwsIdentity.accessKeys('keys'), secretName: 'keys' })).toThrow(
    'identity: the access keys are in the Secret keys, which is the one that is to be written',
  );
});

test('what the API server takes is taken: empty texts, and capitals in the key of an annotation', () => {
  const tolerations = [{ key: '', operator: 'Exists', value: '', effect: '' }];
  expect(() => refresher({ pod: { tolerations, annotations: { 'Foo.com/x': 'y' } } })).not.toThrow();
});

test('all faults are told at once, with the place', () => {
  expect(() => refresher({ name: 'A', schedule: 'x', secretName: '', images: { kubectl: '' } })).toThrow(
    /^Invalid EcrTokenRefresher at 'chart\/ecr':\n {2}- name: .*\n {2}- secretName: .*\n {2}- schedule: .*\n {2}- images.kubectl: /,
  );
});

test.each([
  'kubectl',
  'kubectl:v1.36.4',
  'localhost/kubectl',
  'registry.example.com:5000/a/kubectl:v1@sha256:' + '0'.repeat(64),
  `public.ecr.aws/aws-cli/aws-cli@sha256:${'0'.repeat(64)}`,
])('the image %s is taken', (kubectl) => {
  expect(() => refresher({ images: { kubectl } })).not.toThrow();
});
