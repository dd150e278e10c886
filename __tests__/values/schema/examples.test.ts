import { readValuesFolder } from '../../../values/read';
import { writeValues } from '../support/values-folder';

/** The keys whose values are reported as an example. */
function warned(name: string, text: string): (string | undefined)[] {
  const { findings } = readValuesFolder(writeValues({ [name]: text }), { warnOfExamples: true });
  expect(findings.problems).toEqual([]);
  return findings.warnings.filter(({ code }) => code === 'placeholder').map(({ key }) => key);
}

const ecr = (account: string) => `aws: { account: '${account}', region: eu-west-1 }
customImage:
  registryEndpoint: https://${account}.dkr.ecr.eu-west-1.amazonaws.com
  pushRepo: ${account}.dkr.ecr.eu-west-1.amazonaws.com/notebooks
`;

test.each([
  ...['123456789012', '012345678901', '111122223333', '444455556666', '000000000000', '111111111111', '999999999999'],
])('the account %s is from an example', (account) => {
  expect(warned('ecr.yaml', ecr(account))).toEqual([
    'aws.account',
    'customImage.registryEndpoint',
    'customImage.pushRepo',
  ]);
});

test.each(['210987654321', '047190382615', '112233445566', '100000000001'])(
  'the account %s may be yours',
  (account) => {
    expect(warned('ecr.yaml', ecr(account))).toEqual([]);
  },
);

const azure = (
  tenant: string,
  more = '',
) => `azure: { tenantId: ${tenant}, clientId: 16fd2706-8baf-433b-82eb-8c7fada847da }
customImage:
  registryEndpoint: https://acmeimages.azurecr.io
  pushRepo: acmeimages.azurecr.io/notebooks
${more}`;

test.each([
  ...['00000000-0000-0000-0000-000000000000', '11111111-1111-1111-1111-111111111111'],
  ...['11111111-2222-3333-4444-555555555555', '12345678-1234-1234-1234-123456789abc'],
])('the tenant %s is from an example', (tenant) => {
  expect(warned('acr.yaml', azure(tenant))).toEqual(['azure.tenantId']);
});

test('a real tenant, and the user name of a token of Azure', () => {
  expect(warned('acr.yaml', azure('6fa459ea-ee8a-4ca4-894e-db77e160355e'))).toEqual([]);
  const login = `customImage:
  registryEndpoint: https://acmeimages.azurecr.io
  registryUsername: 00000000-0000-0000-0000-000000000000
  registryPasswordFrom: { env: PASSWORD }
  pushRepo: acmeimages.azurecr.io/notebooks
`;
  expect(warned('acr.yaml', login)).toEqual([]);
});

test.each([
  ['192.0.2.10:5000', ['customImage.registryEndpoint', 'customImage.pushRepo']],
  ['core.harbor.domain', ['customImage.registryEndpoint', 'customImage.pushRepo']],
  ['registry.mydomain.com', ['customImage.registryEndpoint', 'customImage.pushRepo']],
  ['10.1.2.3:5000', []],
  ['harbor.acme.dev', []],
])('the host %s', (host, keys) => {
  const source = '{ externalSecret: { store: my-store, key: TOKEN, property: PASSWORD } }';
  const text = `customImage:
  registryEndpoint: https://${host}
  registryUsername: robot$acme
  registryPasswordFrom: ${source}
  pushRepo: ${host}/ml/notebooks
`;
  expect(warned('other.yaml', text)).toEqual(keys);
});
