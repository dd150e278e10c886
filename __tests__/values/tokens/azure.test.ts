import { readValues } from '../support/values-folder';

const IDS = 'tenantId: 11111111-2222-3333-4444-555555555555, clientId: 66666666-7777-8888-9999-000000000000';

/** A values file of Azure with an `azure` block, and more keys in `customImage`. */
function azure(block: string, customImage = '', host = 'example.azurecr.io'): string {
  return `azure: { ${block} }\ncustomImage:\n  registryEndpoint: https://${host}\n  pushRepo: ${host}/team/notebooks\n${customImage}`;
}

const problemsOf = (text: string) =>
  readValues({ 'acr.yaml': text }).findings.problems.map(({ key, code }) => `${key} ${code}`);

test.each([
  azure(IDS),
  azure(IDS, '', 'example.azurecr.cn'),
  azure(IDS, '', 'example-abc123.westeurope.geo.azurecr.io'),
  azure(
    `${IDS}, schedule: "*/30 * * * *", pushCheck: true, alert: {}, images: { curl: "mirror.example.com/curl:8", kubectl: "mirror.example.com/kubectl:1" }`,
  ),
])('accepts %j', (text) => {
  const { registries, problems } = readValues({ 'acr.yaml': text });
  expect(problems).toBe('');
  expect(registries[0].pushSecret.from).toBe('tokens');
});

test.each([
  'common',
  'organizations',
  'consumers',
  '"{11111111-2222-3333-4444-555555555555}"',
  '"11111111222233334444555555555555"',
  'urn:uuid:11111111-2222-3333-4444-555555555555',
  'https://login.microsoftonline.us/11111111-2222-3333-4444-555555555555',
  '11111111–2222–3333–4444–555555555555',
  '""',
])('refuses the tenant %s', (tenant) => {
  expect(problemsOf(azure(IDS.replace(/(tenantId: )[^,]+/, `$1${tenant}`)))).toEqual(['azure.tenantId malformed']);
});

test.each([
  'example.westeurope.data.azurecr.io',
  'example.geo.azurecr.io',
  'example.privatelink.azurecr.cn',
  'abcd.azurecr.us',
])('refuses %s, which is not a login server', (host) => {
  expect(problemsOf(azure(IDS, '', host))).toContain('customImage.pushRepo malformed');
});

test('for three blocks, the message says to keep one', () => {
  const text = `google: {}\naws: { account: "123456789012", region: eu-west-1 }\n${azure(IDS)}`;
  expect(readValues({ 'acr.yaml': text }).problems).toContain(
    'aws and google and azure are for different registries: keep one of them',
  );
});

test('a port is reported once', () => {
  expect(problemsOf(azure(IDS, '', 'example.azurecr.io:443'))).toEqual(['customImage.pushRepo malformed']);
});

test('a file with a login needs no block', () => {
  const text = azure(IDS, '  registryUsername: pusher\n  registryPassword: secret\n').replace(/^azure.*\n/, '');
  const { registries, problems } = readValues({ 'acr.yaml': text });
  expect(problems).toBe('');
  expect(registries[0].pushSecret.from).toBe('login');
});

test.each<[string, string, string[]]>([
  [
    'the name of a tenant instead of its id',
    azure(IDS.replace(/tenantId: [^,]+/, 'tenantId: example.onmicrosoft.com')),
    ['azure.tenantId malformed'],
  ],
  ['a client id that is not a UUID', azure(IDS.replace(/-0+$/, '-0')), ['azure.clientId malformed']],
  ['no client id', azure(IDS.replace(/, clientId.*/, '')), ['azure.clientId missing']],
  ['a host of another cloud', azure(IDS, '', 'gcr.io').replace('team', 'example-project'), ['azure mismatch']],
  [
    'a name that is not valid for a registry',
    azure(IDS, '', 'my_registry.azurecr.io'),
    ['customImage.registryEndpoint malformed', 'customImage.pushRepo malformed'],
  ],
  ['two blocks', `google: {}\n${azure(IDS)}`, ['azure conflict', 'google mismatch']],
  ['a user name next to the block', azure(IDS, '  registryUsername: x\n'), ['customImage.registryUsername conflict']],
  [
    'a login next to the block',
    azure(IDS, '  registryUsername: x\n  registryPasswordFrom: { env: X }\n'),
    ['customImage.registryPasswordFrom conflict'],
  ],
  ['fewer than two tries in the life of a token', azure(`${IDS}, schedule: "17 * * * *"`), ['azure.schedule conflict']],
  [
    'a variable that selects another identity',
    azure(`${IDS}, pod: { curlEnv: { AZURE_CLIENT_ID: x } }`),
    ['azure.pod.curlEnv not-allowed'],
  ],
])('refuses %s', (_, text, problems) => {
  expect(problemsOf(text).sort()).toEqual([...problems].sort());
});
