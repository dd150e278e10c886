import { App, Chart } from 'cdk8s';
import { AwsIdentity, EcrTokenRefresher, EcrTokenRefresherProps, PushTarget } from '../../../lib';

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
  [{ pod: { priorityClassName: 'High' } }, 'pod.priorityClassName: "High" is no priority class name'],
  [{ pod: { labels: { 'bad key': 'x' } } }, 'pod.labels: '],
  [{ pod: { annotations: { a: 1 } } }, 'pod.annotations: a: '],
  [{ pod: { caConfigMap: 'CA' } }, 'pod.caConfigMap: "CA" is no ConfigMap name'],
  [{ pod: { awsEnv: { 'A-B': 'x' } } }, 'pod.awsEnv: "A-B" is no name of a variable'],
  [{ pod: { awsEnv: { AWS_PROFILE: 'x' } } }, 'pod.awsEnv: AWS_PROFILE is the refresher'],
  [{ pod: { awsEnv: { AWS_ACCESS_KEY_ID: 'x' } } }, 'pod.awsEnv: AWS_ACCESS_KEY_ID is the refresher'],
  [{ pod: { awsEnv: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'x' } } }, 'it cannot be set here'],
  [{ pod: { awsEnv: { AWS_CA_BUNDLE: '/x' }, caConfigMap: 'ca' } }, 'AWS_CA_BUNDLE is what `caConfigMap` sets'],
])('%j', (overrides, message) => {
  expect(() => refresher(overrides)).toThrow(message);
});

test('a password in the URL of a proxy is refused, and not repeated', () => {
  const build = (): unknown => refresher({ pod: { awsEnv: { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' } } });
  expect(build).toThrow('pod.awsEnv: HTTPS_PROXY holds a password, which would be committed');
  expect(build).not.toThrow('hunter2');
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
