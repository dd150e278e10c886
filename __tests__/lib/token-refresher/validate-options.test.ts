import { App, Chart } from 'cdk8s';
import { AwsIdentity, EcrAddress, EcrTokenRefresher, EcrTokenRefresherProps, Schedule } from '../../../lib';
import { errorsOf, invalidValue } from '../../support/errors';

const REGISTRY = EcrAddress.of({ account: '123456789012', region: 'eu-west-1' });
// Any values, as plain JavaScript allows.
const props = (overrides: object): EcrTokenRefresherProps => ({ registries: [REGISTRY], ...overrides });

function refresher(overrides: object): EcrTokenRefresher {
  return new EcrTokenRefresher(new Chart(new App(), 'chart', { namespace: 'hub' }), 'ecr', props(overrides));
}

test.each<[object, string]>([
  [{ name: 'Team_A' }, 'name malformed'],
  [{ name: 'x'.repeat(41) }, 'name malformed'],
  [{ namespaces: [] }, 'namespaces missing'],
  [{ namespaces: ['hub', 'hub'] }, 'namespaces duplicate'],
  [{ secretName: 'aws_registry' }, 'secretName malformed'],
  [{ schedule: Schedule.cron('0 */6 * * *') }, 'schedule conflict'],
  [{ schedule: Schedule.cron('* */4 * * *') }, 'schedule malformed'],
  [{ schedule: '17 */4 * * *' }, 'schedule wrong-type'],
  [{ schedule: 4 }, 'schedule wrong-type'],
  [{ images: 'mirror' }, 'images wrong-type'],
  [{ images: { awsCli: 'aws cli' } }, 'images.awsCli malformed'],
  [{ images: { awsCli: 'https://example.com/aws' } }, 'images.awsCli malformed'],
  [{ images: { kubectl: 'kubectl:' } }, 'images.kubectl malformed'],
  [{ images: { kubectl: 'kubectl@sha256:abc' } }, 'images.kubectl malformed'],
  [{ images: { kubectl: {} } }, 'images.kubectl malformed'],
  [{ alert: true }, 'alert wrong-type'],
  [{ alert: { labels: { release: true } } }, 'alert.labels wrong-type'],
  [{ alert: { labels: { release: 'a b' } } }, 'alert.labels malformed'],
  [{ admissionPolicy: 'yes' }, 'admissionPolicy wrong-type'],
  [{ pod: 4 }, 'pod wrong-type'],
  [{ pod: { imagePullSecrets: 'mirror' } }, 'pod.imagePullSecrets wrong-type'],
  [{ pod: { imagePullSecrets: ['mirror', 'A'] } }, 'pod.imagePullSecrets[1] malformed'],
  [{ pod: { nodeSelector: ['x'] } }, 'pod.nodeSelector wrong-type'],
  [{ pod: { tolerations: {} } }, 'pod.tolerations wrong-type'],
  [{ pod: { tolerations: ['infra'] } }, 'pod.tolerations[0] wrong-type'],
  [{ pod: { tolerations: [{ operator: 'Equal', value: 'b' }] } }, 'pod.tolerations[0].operator mismatch'],
  [{ pod: { tolerations: [{ operator: 'Exists', value: 'b' }] } }, 'pod.tolerations[0].value conflict'],
  [{ pod: { tolerations: [{ key: 'a b' }] } }, 'pod.tolerations[0].key malformed'],
  [{ pod: { tolerations: [{ key: 'a', value: 'x y' }] } }, 'pod.tolerations[0].value malformed'],
  [{ pod: { tolerations: [{ key: 'a', operator: 'In' }] } }, 'pod.tolerations[0].operator not-allowed'],
  [{ pod: { tolerations: [{ key: 'a', effect: 'None' }] } }, 'pod.tolerations[0].effect not-allowed'],
  [{ pod: { tolerations: [{ key: 'a', tolerationSeconds: 5 }] } }, 'pod.tolerations[0].tolerationSeconds conflict'],
  [{ pod: { priorityClassName: 'High' } }, 'pod.priorityClassName malformed'],
  [{ pod: { labels: { 'bad key': 'x' } } }, 'pod.labels malformed'],
  [{ pod: { annotations: { a: 1 } } }, 'pod.annotations wrong-type'],
  [{ pod: { annotations: { 'a b': 'c' } } }, 'pod.annotations malformed'],
  [{ pod: { runAsUser: 0 } }, 'pod.runAsUser malformed'],
  [{ pod: { runAsUser: 2 ** 31 } }, 'pod.runAsUser malformed'],
  [{ pod: { runAsUser: '1000' } }, 'pod.runAsUser malformed'],
  [{ pod: { runAsUser: 1000, useClusterUser: true } }, 'pod.runAsUser conflict'],
  [{ pod: { useClusterUser: 'yes' } }, 'pod.useClusterUser wrong-type'],
  [{ pod: { caConfigMap: 'CA' } }, 'pod.caConfigMap malformed'],
  [{ pod: { awsEnv: 'A=b' } }, 'pod.awsEnv wrong-type'],
  [{ pod: { awsEnv: { 'A-B': 'x' } } }, 'pod.awsEnv not-allowed'],
  ...[
    ...['REQUESTS', 'TOKEN_USERNAME', 'PATH', 'BASH_ENV', 'LD_PRELOAD', 'SHELLOPTS'],
    ...['IDENTITY', 'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID'],
    ...['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONFIG_FILE'],
    // variables that programs read too, and variables of the script itself
    ...['BOTO_CONFIG', 'AWS_CREDENTIAL_FILE', 'AWS_EC2_METADATA_SERVICE_ENDPOINT', 'NODE_OPTIONS', 'X'],
    ...['token', 'auths', 'https_proxy_', 'aws_ca_bundle', '', '__proto__', 'constructor'],
  ].map((name): [object, string] => [{ pod: { awsEnv: { [name]: 'x' } } }, 'pod.awsEnv not-allowed']),
  [{ pod: { awsEnv: { AWS_CA_BUNDLE: '/x' }, caConfigMap: 'ca' } }, 'pod.awsEnv conflict'],
])('%j', (overrides, error) => {
  expect(errorsOf(() => refresher(overrides))).toEqual([error]);
});

test.each([
  'http://user:hunter2@proxy:3128',
  'http://user:hunter2/x@proxy:3128',
  'user:hunter2@proxy:3128',
  'http://hunter2@proxy:3128',
  `ghp_hunter2${'a1'.repeat(15)}`,
])('a password in awsEnv is refused, and not repeated: %s', (value) => {
  const build = (): unknown => refresher({ pod: { awsEnv: { HTTPS_PROXY: value } } });
  expect(errorsOf(build)).toEqual(['pod.awsEnv credential']);
  expect(invalidValue(build).message).not.toContain('hunter2');
});

test.each([
  'http://proxy.example.com:3128',
  '10.0.0.0/8,169.254.170.23,[fd00:ec2::23],.svc,.cluster.local',
  '.svc,5A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.eu-west-1.eks.amazonaws.com',
  'https://vpce-0a1b2c3d4e5f6a7b8-9c8d7e6f.api.ecr.eu-west-1.vpce.amazonaws.com',
  'http://task-proxy.example.com:3128',
  'true',
  '',
])('awsEnv accepts %j', (value) => expect(() => refresher({ pod: { awsEnv: { NO_PROXY: value } } })).not.toThrow());

test('each variable of the AWS container is there once, whatever awsEnv may hold', () => {
  const own = refresher({ identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/x'), pod: { caConfigMap: 'ca' } });
  const job = own.firstJob.toJson() as {
    spec: { template: { spec: { initContainers: { env: { name: string }[] }[] } } };
  };
  const { env } = job.spec.template.spec.initContainers[0];
  expect(env.length).toBeGreaterThan(9);
  for (const { name } of env) {
    const { errors } = invalidValue(() => refresher({ pod: { caConfigMap: 'ca', awsEnv: { [name]: 'x' } } }));
    expect(errors[0].path).toEqual(['pod', 'awsEnv']);
    expect(errors[0].message).toMatch(new RegExp(`^"?${name}"? (cannot|is) `));
  }
});

test('accepts what the API server accepts: empty texts, and capitals in the key of an annotation', () => {
  const tolerations = [{ key: '', operator: 'Exists', value: '', effect: '' }];
  expect(() => refresher({ pod: { tolerations, annotations: { 'Foo.com/x': 'y' } } })).not.toThrow();
});

test('reports all errors at once, with their paths', () => {
  const build = (): unknown =>
    refresher({ name: 'A', schedule: Schedule.cron('* */8 * * 1'), secretName: '', images: { kubectl: '' } });
  expect(errorsOf(build)).toEqual([
    'name malformed',
    'secretName malformed',
    'schedule malformed',
    'schedule conflict',
    'images.kubectl malformed',
  ]);
  expect(invalidValue(build).message).toMatch(/^Invalid EcrTokenRefresher at 'chart\/ecr':\n {2}- name: .*\n/);
});

test.each([
  'kubectl',
  'kubectl:v1.36.4',
  'localhost/kubectl',
  'registry.example.com:5000/a/kubectl:v1@sha256:' + '0'.repeat(64),
  `public.ecr.aws/aws-cli/aws-cli@sha256:${'0'.repeat(64)}`,
])('accepts the image %s', (kubectl) => {
  expect(() => refresher({ images: { kubectl } })).not.toThrow();
});
