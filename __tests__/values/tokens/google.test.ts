import { readValues } from '../support/values-folder';

const HOST = 'europe-west1-docker.pkg.dev';
const PROVIDER = 'projects/123456789012/locations/global/workloadIdentityPools/clusters/providers/hub-cluster';

/** A values file of Google with a `google` block, and more keys in `customImage`. */
function google(block: string, customImage = '', host = HOST): string {
  return `google: ${block}\ncustomImage:\n  registryEndpoint: https://${host}\n  pushRepo: ${host}/example-project/images/notebooks\n${customImage}`;
}

const problemsOf = (text: string) =>
  readValues({ 'google.yaml': text }).findings.problems.map(({ key, code }) => `${key} ${code}`);

test.each([
  '{}',
  `{ workloadIdentityProvider: ${PROVIDER} }`,
  `{ workloadIdentityProvider: //iam.googleapis.com/${PROVIDER}, serviceAccount: push@example-project.iam.gserviceaccount.com }`,
  `{ serviceAccount: push@example-project.iam.gserviceaccount.com, pushCheck: false, alert: {} }`,
  `{ schedule: "*/10 * * * *", images: { curl: mirror.example.com/curl:8 }, pod: { curlEnv: { HTTPS_PROXY: "http://proxy.example.com:3128" }, caConfigMap: ca } }`,
])('accepts %s', (block) => {
  const { registries, problems } = readValues({ 'google.yaml': google(block) });
  expect(problems).toBe('');
  expect(registries[0].pushSecret.from).toBe('tokens');
});

test.each<[string, string, string[]]>([
  ['a wrong e-mail address', google('{ serviceAccount: push }'), ['google.serviceAccount malformed']],
  [
    'the e-mail address of a person',
    google('{ serviceAccount: someone@example.com }'),
    ['google.serviceAccount malformed'],
  ],
  [
    'a provider with the id of its project instead of the number',
    google(`{ workloadIdentityProvider: ${PROVIDER.replace('123456789012', 'example')} }`),
    ['google.workloadIdentityProvider malformed'],
  ],
  [
    'a pool instead of a provider',
    google(`{ workloadIdentityProvider: ${PROVIDER.replace(/\/providers.*/, '')} }`),
    ['google.workloadIdentityProvider malformed'],
  ],
  ['an unknown key', google('{ serviceAcount: a@b.iam.gserviceaccount.com }'), ['google.serviceAcount unknown-key']],
  ['a host of another cloud', google('{}', '', 'example.azurecr.io'), ['google mismatch']],
  ['Docker Hub', google('{}', '', 'docker.io').replace('/images/', '/').replace('https://', ''), ['google mismatch']],
  [
    'two blocks',
    `aws: { account: "123456789012", region: eu-west-1 }\n${google('{}')}`,
    ['google conflict', 'aws mismatch'],
  ],
  [
    'a user name next to the block',
    google('{}', '  registryUsername: _json_key\n'),
    ['customImage.registryUsername conflict'],
  ],
  [
    'a login next to the block',
    google('{}', '  registryUsername: _json_key\n  registryPassword: secret\n'),
    ['customImage.registryPassword conflict'],
  ],
  ['fewer than two tries in the life of a token', google('{ schedule: "*/30 * * * *" }'), ['google.schedule conflict']],
  [
    'a login in the address of the proxy',
    google('{ pod: { curlEnv: { HTTPS_PROXY: "http://user:secret1@proxy:3128" } } }'),
    ['google.pod.curlEnv credential'],
  ],
])('refuses %s', (_, text, problems) => {
  expect(problemsOf(text).sort()).toEqual([...problems].sort());
});

test.each(['mirror.gcr.io', 'k8s.gcr.io'])('refuses %s, which is to pull from', (host) => {
  expect(problemsOf(google('{}', '', host))).toContain('customImage.pushRepo not-allowed');
});

test.each(['@hourly', '@daily', '@every 20m', '*/30 * * * *', '* * * * *', '*/20 0-22 * * *', '*/20 * 31 2 *'])(
  'a schedule that is proposed in place of %s is right',
  (schedule) => {
    const { problems } = readValues({ 'google.yaml': google(`{ schedule: "${schedule}" }`) });
    const proposed = /`([-0-9*/, ]+)`/.exec(problems)![1];
    expect(problemsOf(google(`{ schedule: "${proposed}" }`))).toEqual([]);
  },
);

test('says what to do', () => {
  const { problems } = readValues({
    'google.yaml': google(`{ serviceAccount: push, workloadIdentityProvider: x }`, '  registryUsername: _json_key\n'),
  });
  expect(problems).toContain(
    'is not the e-mail address of a service account: expected one like `push@example-project.iam.gserviceaccount.com`',
  );
  expect(problems).toContain('`projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`');
  expect(problems).toContain('the google block has its own login: remove the user name');
});
