import { App, Chart, Testing } from 'cdk8s';
import {
  GoogleIdentity,
  GoogleTokenRefresher,
  GoogleTokenRefresherProps,
  PushTarget,
  RegistryAddress,
} from '../../../../lib';
import { errorsOf } from '../../../support/errors';

const HOST = 'europe-west1-docker.pkg.dev';
const PROVIDER = 'projects/123456789012/locations/global/workloadIdentityPools/clusters/providers/hub-cluster';
const ACCOUNT = 'image-push@example-project.iam.gserviceaccount.com';
const TARGET = PushTarget.repository('example-project/notebooks/custom');
const REGISTRY = RegistryAddress.of({ host: HOST, targets: [TARGET] });

// What Testing.synth gives is anything; a test looks at what it expects to be there.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return */

function objects(props: Partial<GoogleTokenRefresherProps> = {}): any[] {
  const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
  new GoogleTokenRefresher(chart, 'google', { registries: [REGISTRY], ...props });
  return JSON.parse(JSON.stringify(Testing.synth(chart))) as any[];
}

function envOf(props: Partial<GoogleTokenRefresherProps>): Record<string, string> {
  const { env } = objects(props)[4].spec.template.spec.initContainers[0] as { env: { name: string; value: string }[] };
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

test('the whole refresher, without its scripts', () => {
  const all = objects({ identity: GoogleIdentity.workloadIdentity(PROVIDER, ACCOUNT), alert: {} });
  const { spec } = all[3].spec.jobTemplate.spec.template;
  spec.initContainers[0].args = spec.containers[0].args = ['...'];
  all[4].spec.template = '...';
  all[4].metadata.name = all[4].metadata.name.replace(/[0-9a-f]{8}$/, '<hash>');
  expect(all).toMatchSnapshot();
});

test("the documented default is GKE's metadata server, which takes no token of the pod", () => {
  const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
  const refresher = new GoogleTokenRefresher(chart, 'google', { registries: [REGISTRY] });
  expect(refresher.identity).toEqual(GoogleIdentity.metadataServer());
  expect(refresher.schedule.expression).toMatch(/^[0-9]+-59\/15 \* \* \* \*$/);
  expect(JSON.stringify(objects())).not.toContain('"name":"pod-token"');
  expect(envOf({})).toMatchObject({ IDENTITY: 'metadata-server', NEXT_RUN: '15' });
  expect(envOf({})).not.toHaveProperty('GOOGLE_PROVIDER');
});

test('one token is for all hosts', () => {
  const registries = [REGISTRY, RegistryAddress.of({ host: 'gcr.io' })];
  expect(envOf({ registries }).REQUESTS).toBe(`${HOST},gcr.io=${HOST}\n${HOST},gcr.io=gcr.io`);
});

test.each([`//iam.googleapis.com/${PROVIDER}`, `https://iam.googleapis.com/${PROVIDER}`, PROVIDER])(
  'takes a provider as any page shows it: %s',
  (provider) => {
    expect(GoogleIdentity.workloadIdentity(provider).provider).toBe(PROVIDER);
  },
);

test.each([
  PROVIDER.replace('123456789012', 'example-project'),
  PROVIDER.replace('/global/', '/europe-west1/'),
  PROVIDER.replace('123456789012', '0'),
  PROVIDER.replace('clusters', 'example-project.svc.id.goog'),
  PROVIDER.replace('workloadIdentityPools', 'workloadidentitypools'),
  'locations/global/workforcePools/clusters/providers/hub-cluster',
  `principal://iam.googleapis.com/${PROVIDER.replace(/\/providers.*/, '/subject/x')}`,
  `${PROVIDER}?x`,
  PROVIDER.replace(/\/providers.*/, ''),
  `http://iam.googleapis.com/${PROVIDER}`,
  `/${PROVIDER}`,
  `${PROVIDER}/`,
  '',
])('refuses a provider of another form: %s', (provider) => {
  expect(errorsOf(() => GoogleIdentity.workloadIdentity(provider))).toEqual(['provider malformed']);
});

test.each([
  'image-push',
  'someone@example.com',
  'a b@example-project.iam.gserviceaccount.com',
  `${ACCOUNT}.evil.example`,
  `serviceAccount:${ACCOUNT}`,
  `projects/-/serviceAccounts/${ACCOUNT}`,
  '123456789012345678901',
  'push-@example-project.iam.gserviceaccount.com',
  'push@-.iam.gserviceaccount.com',
  'push@example-project..iam.gserviceaccount.com',
  'push@example.com:example-project.iam.gserviceaccount.com',
  'push@gserviceaccount.com',
  ACCOUNT.toUpperCase(),
  `${ACCOUNT}.`,
  '',
])("refuses an e-mail address that is not a service account's: %s", (account) => {
  expect(errorsOf(() => GoogleIdentity.metadataServer(account))).toEqual(['serviceAccount malformed']);
});

test.each([
  '123456789012-compute@developer.gserviceaccount.com',
  'example-project@appspot.gserviceaccount.com',
  'push@example-project.example.com.iam.gserviceaccount.com',
  '123@cloudbuild.gserviceaccount.com',
  ACCOUNT,
])('takes the e-mail address %s', (account) => {
  expect(GoogleIdentity.metadataServer(account).serviceAccount).toBe(account);
});

test('a host of another registry, a target that Google cannot have and values that are not identities are errors', () => {
  const registries = [
    RegistryAddress.of({ host: 'docker.io' }),
    RegistryAddress.of({ host: HOST, targets: [PushTarget.repository('example-project/notebooks')] }),
    RegistryAddress.of({ host: HOST }),
  ];
  const identity = {} as GoogleIdentity;
  expect(errorsOf(() => objects({ registries, identity }))).toEqual([
    'registries[0].host mismatch',
    'registries[1].targets[0] malformed',
    'registries[2].host duplicate',
    'identity wrong-type',
  ]);
  expect(errorsOf(() => objects({ registries: [] }))).toEqual(['registries missing']);
});

test.each(['HTTPS_PROXY', 'NO_PROXY'])('curl gets the variable %s', (name) => {
  expect(envOf({ pod: { curlEnv: { [name]: 'http://proxy.example.com:3128' } } })[name]).toBeDefined();
});

test.each(['CURL_HOME', 'SSLKEYLOGFILE', 'GOOGLE_PROVIDER', 'POD_TOKEN_FILE', 'PATH'])(
  'the variable %s is not for a pod to set',
  (name) => {
    expect(errorsOf(() => objects({ pod: { curlEnv: { [name]: 'x' } } }))).toEqual(['pod.curlEnv not-allowed']);
  },
);
