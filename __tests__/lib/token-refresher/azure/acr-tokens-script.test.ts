import { AZURE } from '../../../../lib/token-refresher/azure/acr-tokens';
import {
  Answer,
  CURL_SHELLS,
  CurlRun,
  NOW,
  POD_TOKEN,
  jwt,
  loginOf,
  runCurlScript,
} from '../script/curl-script-runner';

const HOST = 'example.azurecr.io';
const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const ACCESS = jwt({ aud: 'https://containerregistry.azure.net', exp: NOW + 3600, pad: 'a'.repeat(300) });
const REFRESH = jwt({ exp: NOW + 4500, jti: 'b'.repeat(300) });

const entra = JSON.stringify({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: ACCESS });
const exchanged = JSON.stringify({ refresh_token: REFRESH });

function refresh(answers: readonly Answer[], shell = 'dash'): CurlRun {
  return runCurlScript({
    cloud: AZURE,
    answers,
    shell,
    env: {
      IDENTITY: 'workload-identity',
      REQUESTS: `${HOST}=${HOST}`,
      AZURE_LOGIN: 'login.microsoftonline.com',
      AZURE_TENANT_ID: TENANT,
      AZURE_CLIENT_ID: CLIENT,
      AZURE_SCOPES: 'https://containerregistry.azure.net/.default https://management.azure.com/.default',
      NEXT_RUN: '20',
    },
  });
}

function expectNoTokenIn(run: CurlRun): void {
  for (const token of [ACCESS, REFRESH, POD_TOKEN]) {
    for (const part of token.split('.').slice(1)) {
      expect(run.output).not.toContain(part.slice(0, 60));
      expect(run.arguments).not.toContain(part.slice(0, 60));
    }
  }
}

const scopeOf = (run: CurlRun, i: number) =>
  run.calls[i].lines.find((line) => line.includes('scope='))?.replace(/.*scope=(.*)"/, '$1');

describe.each(CURL_SHELLS)('in %s', (shell) => {
  test('logs in, and exchanges the token at the registry', () => {
    const run = refresh([entra, exchanged], shell);
    expect(run.output).toContain('OK. The container kubectl now applies');
    expect(run.status).toBe(0);
    expect(run.calls.map(({ url }) => url)).toEqual([
      `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
      `https://${HOST}/oauth2/exchange`,
    ]);
    expect(run.calls[0].lines).toEqual(
      expect.arrayContaining([
        `data-urlencode = "client_id=${CLIENT}"`,
        `data-urlencode = "client_assertion=${POD_TOKEN}"`,
        'data-urlencode = "scope=https://containerregistry.azure.net/.default"',
      ]),
    );
    expect(run.calls[1].lines).toEqual(
      expect.arrayContaining([
        'data-urlencode = "grant_type=access_token"',
        `data-urlencode = "service=${HOST}"`,
        `data-urlencode = "tenant=${TENANT}"`,
        `data-urlencode = "access_token=${ACCESS}"`,
      ]),
    );
    expect(loginOf(run.files['hub.json'], HOST)).toEqual({
      login: `00000000-0000-0000-0000-000000000000:${REFRESH}`,
      expires: new Date((NOW + 4500) * 1000).toISOString().replace('.000', ''),
    });
    expect(run.output).not.toContain('WARNING');
    expectNoTokenIn(run);
  });

  test('tries the scope of Azure Resource Manager if the first is refused', () => {
    const refused: Answer = { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED","message":"audience"}]}' };
    const run = refresh([entra, refused, entra, exchanged], shell);
    expect(run.status).toBe(0);
    expect(scopeOf(run, 2)).toBe('https://management.azure.com/.default');
    expect(run.output).toContain('trying the scope https://management.azure.com/.default, after');
    expectNoTokenIn(run);
  });
});

const aadsts = (code: string, text: string): Answer => ({
  status: 400,
  body: JSON.stringify({ error: 'invalid_client', error_description: `${code}: ${text} Trace ID: 1234` }),
});
const HTML = '<html><body>Log in to the proxy</body></html>';
const twice = (answer: Answer) => [answer, answer];

test.each<[string, readonly Answer[], RegExp]>([
  [
    'no federated credential',
    twice(aadsts('AADSTS700213', 'No matching federated identity record found for presented assertion subject.')),
    /federated credential with the issuer of the cluster/,
  ],
  [
    'an unknown client',
    twice(aadsts('AADSTS700016', 'Application with identifier was not found in the directory.')),
    /correct clientId/,
  ],
  ['an unknown tenant', twice(aadsts('AADSTS90002', "Tenant 'x' not found.")), /correct tenantId/],
  [
    'a clock that is wrong',
    twice(aadsts('AADSTS700024', 'Client assertion is not within its valid time range.')),
    /set the clock of the node/,
  ],
  [
    'an assertion of another time, by another code',
    twice(aadsts('AADSTS500133', 'Assertion is not within its valid time range.')),
    /set the clock of the node/,
  ],
  [
    'a signature that Entra ID cannot check',
    twice(
      aadsts('AADSTS700027', 'The certificate with identifier used to sign the client assertion is not registered.'),
    ),
    /Entra ID can read the issuer/,
  ],
  [
    'an issuer that cannot be reached',
    twice(aadsts('AADSTS90061', 'Request to External OIDC endpoint failed.')),
    /Entra ID can read the issuer/,
  ],
  ['too many calls', [{ status: 429, body: '{}' }], /nothing, the refresher retries/],
  [
    'Entra ID out of reach',
    [{ error: 'curl: (6) Could not resolve host: login.microsoftonline.com' }],
    /let the pod reach Entra ID/,
  ],
  ['HTML in place of JSON', [HTML], /no proxy answers in place of Azure/],
  [
    'a registry that does not exist',
    [entra, { error: `curl: (6) Could not resolve host: ${HOST}` }],
    /its name is right/,
  ],
  [
    'an exchange that is denied for both scopes',
    [entra, { status: 401, body: '{"errors":[]}' }, entra, { status: 401, body: '{"errors":[]}' }],
    /role AcrPush/,
  ],
  [
    'network rules of the registry',
    [
      entra,
      { status: 403, body: '{"errors":[{"message":"client with IP \'1.2.3.4\' is not allowed access"}]}' },
      entra,
      { status: 403, body: "client with IP '1.2.3.4' is not allowed access" },
    ],
    /accept the address of the cluster/,
  ],
  ['HTML from the exchange', [entra, HTML], /no proxy answers in place of Azure/],
  [
    'an exchange that redirects',
    [entra, { status: 307, headers: 'Location: https://evil.example/' }],
    /no proxy answers in place of Azure/,
  ],
  [
    'a refresh token that is not a JWT',
    [entra, JSON.stringify({ refresh_token: 'abc' })],
    /no proxy answers in place of Azure/,
  ],
  [
    'a refresh token without an expiry',
    [entra, JSON.stringify({ refresh_token: jwt({}) })],
    /no proxy answers in place of Azure/,
  ],
  [
    'an expired refresh token',
    [entra, JSON.stringify({ refresh_token: jwt({ exp: NOW - 5 }) })],
    /set the clock of the node/,
  ],
])('leaves the Secret as it is, and says what to do, with %s', (_, answers, todo) => {
  const run = refresh(answers);
  expect(run.calls).toHaveLength(answers.length);
  expect(run.status).toBe(1);
  expect(run.files).toEqual({});
  expect(run.lastLine).toMatch(/^FAILED: .*Nothing was applied; an existing Secret keeps its token\. To do: /);
  expect(run.lastLine).toMatch(todo);
  expectNoTokenIn(run);
});

test('warns about a token that expires before the next run', () => {
  const run = refresh([entra, JSON.stringify({ refresh_token: jwt({ exp: NOW + 600 }) })]);
  expect(run.status).toBe(0);
  expect(run.output).toContain(`WARNING: ${HOST}: the token expires in `);
});

test.each(CURL_SHELLS)('%s shows no piece of a token that an error repeats', (shell) => {
  const token = 'abcdefghij-ABCDEFGHIJ0123456789abcd_'.repeat(200);
  const run = refresh(
    [entra, { status: 500, body: JSON.stringify({ errors: [{ message: `no ${token} here` }] }) }],
    shell,
  );
  expect(run.lastLine).toContain('nothing, the refresher retries');
  expect(run.output).toContain('no [...] here');
  expect(run.output).not.toContain(token.slice(0, 20));
});
