import { App, Chart, Testing } from 'cdk8s';
import { AcrRegistry, AcrRegistryProps, AzureIdentity, PasswordSource, PushSecret, PushTarget } from '../../../lib';
import { registryOf } from '../../../lib/registries/kinds';
import { errorsOf } from '../../support/errors';

const IDENTITY = AzureIdentity.workloadIdentity(
  '11111111-2222-3333-4444-555555555555',
  '66666666-7777-8888-9999-000000000000',
);
const login = { username: 'pusher', password: PasswordSource.fromPlaintext('secret') };
const target = PushTarget.repository('team/notebooks');

function newChart(): Chart {
  return new Chart(new App(), 'chart', { namespace: 'hub' });
}

function acr(props: Partial<AcrRegistryProps>): AcrRegistry {
  return new AcrRegistry(newChart(), 'acr', { host: 'example.azurecr.io', target, ...props });
}

test.each([
  'example.azurecr.io',
  'example.azurecr.cn',
  'example.azurecr.us',
  'example-abc123.azurecr.io',
  'example.westeurope.geo.azurecr.io',
])("%s is Azure's", (host) => {
  expect(registryOf(host).kind.title).toBe('Azure Container Registry');
  expect(registryOf(host).kind.endpoint(host)).toBe(`https://${host}`);
  expect(registryOf(host).kind.validateHost?.(host)).toEqual([]);
});

test.each(['azurecr.io', 'example.azurecr.io.example.com', 'example.azurecr.de', 'example.azurecr.io:443'])(
  "%s is not Azure's",
  (host) => {
    expect(registryOf(host).kind.title).toBe('a plain registry');
  },
);

test.each(['abc.azurecr.io', 'my_registry.azurecr.io', 'example.westeurope.data.azurecr.io'])(
  '%s is none that can be logged in to',
  (host) => {
    expect(errorsOf(() => acr({ host, ...login }))).toEqual(['host malformed']);
  },
);

test('with tokens, a refresher keeps the push Secret that the settings name', () => {
  const registry = acr({ identity: IDENTITY, secretName: 'azure', schedule: undefined });
  expect(registry.settings.toYaml()).toBe(`customImage:
  enabled: true
  registryEndpoint: "https://example.azurecr.io"
  pushRepo: "example.azurecr.io/team/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "azure"
  insecureSkipVerify: false
`);
  expect(registry.tokenRefresher?.identity).toBe(IDENTITY);
  const text = JSON.stringify(Testing.synth(Chart.of(registry)));
  expect(text).toContain('"example.azurecr.io=example.azurecr.io/team/notebooks"');
  expect(text).toContain('api://AzureADTokenExchange');
});

test('with a login it makes a push Secret, with a push Secret it makes nothing', () => {
  expect(acr(login).tokenRefresher).toBeUndefined();
  expect(acr(login).pushSecretName).toBe('acr-push-secret');
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'secret', 'azure');
  new AcrRegistry(chart, 'acr', { host: 'example.azurecr.io', target, pushSecret });
  expect(Testing.synth(chart)).toEqual([]);
});

test.each<[string, Partial<AcrRegistryProps>, string[]]>([
  ['neither login nor tokens', {}, ['pushSecret missing']],
  ['both', { identity: IDENTITY, ...login }, ['username conflict', 'password conflict']],
  ['what is for a refresher alone', { ...login, pushCheck: false, pod: {} }, ['pod no-effect', 'pushCheck no-effect']],
  ['a value that is not an identity', { identity: {} as AzureIdentity }, ['identity wrong-type']],
  ['a pod that is not valid', { identity: IDENTITY, pod: { curlEnv: { PATH: 'x' } } }, ['pod.curlEnv not-allowed']],
  ['a host of another registry', { identity: IDENTITY, host: 'gcr.io' }, ['host mismatch']],
])('%s: %j', (_, props, errors) => {
  expect(errorsOf(() => acr(props))).toEqual(errors);
});
