import { App, Chart, Testing } from 'cdk8s';
import {
  AcrTokenRefresher,
  AcrTokenRefresherProps,
  AzureIdentity,
  PushTarget,
  RegistryAddress,
  Schedule,
} from '../../../../lib';
import { errorsOf } from '../../../support/errors';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const IDENTITY = AzureIdentity.workloadIdentity(TENANT, CLIENT);
const REGISTRY = RegistryAddress.of({ host: 'example.azurecr.io', targets: [PushTarget.repository('notebooks')] });

// What Testing.synth gives is anything; a test looks at what it expects to be there.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return */

function objects(props: Partial<AcrTokenRefresherProps> = {}): any[] {
  const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
  new AcrTokenRefresher(chart, 'acr', { registries: [REGISTRY], identity: IDENTITY, ...props });
  return JSON.parse(JSON.stringify(Testing.synth(chart))) as any[];
}

function envOf(props: Partial<AcrTokenRefresherProps>): Record<string, string> {
  const { env } = objects(props)[4].spec.template.spec.initContainers[0] as { env: { name: string; value: string }[] };
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

test('the whole refresher, without its scripts', () => {
  const all = objects({ alert: {} });
  const { spec } = all[3].spec.jobTemplate.spec.template;
  spec.initContainers[0].args = spec.containers[0].args = ['...'];
  all[4].spec.template = '...';
  all[4].metadata.name = all[4].metadata.name.replace(/[0-9a-f]{8}$/, '<hash>');
  expect(all).toMatchSnapshot();
});

test.each([
  ['example.azurecr.io', 'login.microsoftonline.com', 'https://management.azure.com/.default'],
  ['example.azurecr.cn', 'login.chinacloudapi.cn', 'https://management.chinacloudapi.cn/.default'],
  ['example.azurecr.us', 'login.microsoftonline.us', 'https://management.usgovcloudapi.net/.default'],
])('%s is logged in to at %s', (host, login, scope) => {
  expect(envOf({ registries: [RegistryAddress.of({ host })] })).toMatchObject({
    AZURE_LOGIN: login,
    AZURE_SCOPES: `https://containerregistry.azure.net/.default ${scope}`,
    REQUESTS: `${host}=${host}`,
  });
});

test('ids are UUIDs, in lower case', () => {
  expect(AzureIdentity.workloadIdentity(TENANT, CLIENT.replace('0000', 'ABCD').toUpperCase()).clientId).toContain(
    'abcd',
  );
  expect(errorsOf(() => AzureIdentity.workloadIdentity('example.onmicrosoft.com', `${CLIENT}0`))).toEqual([
    'tenantId malformed',
    'clientId malformed',
  ]);
});

test('registries of two clouds, other hosts and values that are not identities are errors', () => {
  const of = (host: string) => RegistryAddress.of({ host });
  expect(errorsOf(() => objects({ registries: [REGISTRY, of('example.azurecr.cn')] }))).toEqual([
    'registries conflict',
  ]);
  expect(
    errorsOf(() => objects({ registries: [of('gcr.io'), of('my-example.azurecr.io'), of('a.b.azurecr.io')] })),
  ).toEqual(['registries[0].host mismatch', 'registries[1].host malformed', 'registries[2].host malformed']);
  expect(errorsOf(() => objects({ identity: undefined }))).toEqual(['identity missing']);
  expect(errorsOf(() => RegistryAddress.of({ host: 'Example.azurecr.io', targets: ['x'] as never }))).toEqual([
    'host malformed',
    'targets wrong-type',
  ]);
});

test.each([
  ['7-59/20 * * * *', []],
  ['*/20 * * * *', []],
  ['*/30 * * * *', []],
  ['17 * * * *', ['schedule conflict']],
  ['* * * * *', ['schedule malformed']],
])('a token of 75 minutes is kept fresh by %s: %j', (expression, errors) => {
  const make = () => objects({ schedule: Schedule.cron(expression) });
  expect(errors.length === 0 ? (make(), []) : errorsOf(make)).toEqual(errors);
});
