import { AZURE } from '../../../../lib/token-refresher/azure/acr-tokens';
import { GOOGLE } from '../../../../lib/token-refresher/google/google-tokens';
import { Answer, CURL_SHELLS, CurlRun, NOW, jwt, runCurlScript } from './curl-script-runner';

const HOST = 'example.azurecr.io';
const TOKEN = jwt({ exp: NOW + 4500, pad: 'c'.repeat(200) });
const BASIC = Buffer.from(`00000000-0000-0000-0000-000000000000:${TOKEN}`).toString('base64');
const ACCESS = jwt({ exp: NOW + 300, pad: 'd'.repeat(200) });
const UPLOADS = `https://${HOST}/v2/team/notebooks/blobs/uploads/`;

function manifest(expires = NOW + 4500): string {
  const other = Buffer.from('x:y').toString('base64');
  const config = JSON.stringify({ auths: { [`my${HOST}`]: { auth: other }, [HOST]: { auth: BASIC } } });
  return JSON.stringify({
    metadata: {
      annotations: { 'push-secret/expires-at': new Date(expires * 1000).toISOString().replace(/\.\d+/, '') },
    },
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  });
}

const challenge = (realm = `https://${HOST}/oauth2/token`): Answer => ({
  status: 401,
  headers: `WWW-Authenticate: Bearer realm="${realm}",service="${HOST}",scope="repository:team/notebooks:pull,push"`,
});
const access = JSON.stringify({ access_token: ACCESS });
const accepted = (location = '/v2/team/notebooks/blobs/uploads/abc?_state=x%3D'): Answer => ({
  status: 202,
  headers: `Location: ${location}`,
});

function check(
  answers: readonly Answer[],
  shell = 'dash',
  more: { cloud?: typeof AZURE; manifest?: string } = {},
): CurlRun {
  return runCurlScript({
    cloud: more.cloud ?? AZURE,
    pushCheck: true,
    answers,
    shell,
    manifests: { 'hub.json': more.manifest ?? manifest() },
    env: {
      IDENTITY: 'workload-identity',
      PUSH_TARGETS: `${HOST}=${HOST}/team/notebooks`,
      REQUESTS: `${HOST}=${HOST}`,
      NEXT_RUN: '20',
    },
  });
}

function expectNoTokenIn(run: CurlRun): void {
  for (const secret of [BASIC, ACCESS.split('.')[1], TOKEN.split('.')[1]]) {
    expect(run.output).not.toContain(secret.slice(0, 60));
    expect(run.arguments).not.toContain(secret.slice(0, 60));
  }
}

const LAST = (run: CurlRun) => run.calls[run.calls.length - 1];

describe.each(CURL_SHELLS)('in %s', (shell) => {
  test('begins an upload with the token of the Secret, and cancels it', () => {
    const run = check([challenge(), access, accepted(), { status: 204 }], shell);
    expect(run.output).toContain('OK. The token is fresh and may push.');
    expect(run.status).toBe(0);
    expect(run.calls.map(({ url }) => url)).toEqual([
      UPLOADS,
      `https://${HOST}/oauth2/token`,
      UPLOADS,
      `https://${HOST}/v2/team/notebooks/blobs/uploads/abc?_state=x%3D`,
    ]);
    expect(run.calls[0].lines.join()).not.toContain('Authorization');
    expect(run.calls[1].lines).toEqual(
      expect.arrayContaining([
        'get',
        `data-urlencode = "service=${HOST}"`,
        'data-urlencode = "scope=repository:team/notebooks:pull,push"',
        `header = "Authorization: Basic ${BASIC}"`,
      ]),
    );
    expect(run.calls[2].lines).toContain(`header = "Authorization: Bearer ${ACCESS}"`);
    expect(run.calls[3].lines).toEqual(
      expect.arrayContaining(['request = "DELETE"', `header = "Authorization: Bearer ${ACCESS}"`]),
    );
    expectNoTokenIn(run);
  });

  test('ends the Job if the token may not push', () => {
    const run = check([challenge(), { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED"}]}' }], shell);
    expect(run.status).toBe(3);
    expect(run.lastLine).toContain('FAILED: the token may not push. The Secret push-secret has a fresh token');
    expect(run.lastLine).toContain('give the identity the role AcrPush');
    expectNoTokenIn(run);
  });
});

test('logs in with Basic if the registry asks for it, and reads headers in upper and lower case', () => {
  const basic: Answer = { status: 401, headers: 'www-authenticate: Basic realm="x"' };
  const run = check([basic, { status: 202, headers: 'location: https://example.azurecr.io/upload' }, { status: 204 }]);
  expect(run.status).toBe(0);
  expect(run.calls[1].lines).toContain(`header = "Authorization: Basic ${BASIC}"`);
  expect(run.calls[2].url).toBe(`https://${HOST}/upload`);
});

test.each([
  [
    '/v2/team/notebooks/blobs/uploads/abc?_state=x%3D&digest=a',
    `https://${HOST}/v2/team/notebooks/blobs/uploads/abc?_state=x%3D&digest=a`,
  ],
  ['abc?id=1', `${UPLOADS}abc?id=1`],
  ['../uploads/abc', `${UPLOADS}../uploads/abc`],
  [`https://${HOST}/other/[1-9]{a,b}`, `https://${HOST}/other/[1-9]{a,b}`],
])('cancels what it began, wherever on the registry that is: %s', (location, url) => {
  const run = check([challenge(), access, accepted(location), { status: 202 }]);
  expect(run.status).toBe(0);
  expect(LAST(run).url).toBe(url);
  // or curl takes brackets for a list of addresses
  expect(LAST(run).lines).toEqual(expect.arrayContaining(['request = "DELETE"', 'globoff']));
});

test('a registry that says nothing of the upload has accepted it', () => {
  const run = check([challenge(), access, { status: 202 }]);
  expect(run.status).toBe(0);
  expect(run.calls).toHaveLength(3);
});

test.each<[string, Answer]>([
  ['fails', { status: 500, body: '<html></html>' }],
  ['is not known', { status: 404 }],
  ['gets no answer', { error: 'curl: (28) timed out' }],
])('a cancellation that %s costs nothing', (_, answer) => {
  const run = check([challenge(), access, accepted(), answer]);
  expect(run.status).toBe(0);
  expect(run.output).toContain('OK. The token is fresh and may push.');
});

test.each([
  'http://example.azurecr.io/oauth2/token',
  'https://example.azurecr.io.evil.example/token',
  'https://evil.example/token',
  'https://example.azurecr.io@evil.example/token',
  'https://example.azurecr.io:8443/token',
])('sends the login only to the registry: %s', (realm) => {
  const run = check([challenge(realm)]);
  expect(run.calls).toHaveLength(1);
  expect(run.status).toBe(1);
  expect(run.output).toContain('the registry sends the login to another host');
  expectNoTokenIn(run);
});

test.each([
  'http://example.azurecr.io/upload',
  'https://evil.example/upload',
  '//evil.example/upload',
  'https://example.azurecr.io.evil.example/',
])('cancels no upload elsewhere: %s', (location) => {
  const run = check([challenge(), access, accepted(location)]);
  expect(run.status).toBe(0);
  expect(run.calls).toHaveLength(3);
});

test.each<[string, readonly Answer[], number, RegExp]>([
  [
    'a push that is refused',
    [challenge(), access, { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }],
    3,
    /role AcrPush/,
  ],
  [
    'the firewall of the registry',
    [
      {
        status: 403,
        body: '{"errors":[{"code":"DENIED","message":"client with IP \'192.0.2.1\' is not allowed access."}]}',
      },
    ],
    3,
    /let the registry accept the address of the cluster/,
  ],
  [
    'a name that the registry does not know',
    [challenge(), access, { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' }],
    3,
    /check that the registry exists/,
  ],
  [
    'HTML with a 401',
    [
      { status: 401, body: '<html></html>' },
      { status: 401, body: '<html></html>' },
    ],
    3,
    /role AcrPush/,
  ],
  ['HTML in place of an answer', [challenge(), access, { status: 200, body: '<html></html>' }], 1, /no proxy answers/],
  [
    'too many uploads',
    [challenge(), access, { status: 429, body: '{"errors":[{"code":"TOOMANYREQUESTS"}]}' }],
    1,
    /nothing, the refresher retries/,
  ],
  ['a gateway that fails', [challenge(), access, { status: 502 }], 1, /nothing, the refresher retries/],
  [
    'a login that redirects',
    [challenge(), { status: 302, headers: 'Location: https://evil.example/' }],
    1,
    /no proxy answers/,
  ],
  ['a repository that is missing', [{ status: 404, body: '{}' }], 3, /check that the registry exists/],
  ['a registry that is down', [{ status: 503 }], 1, /nothing, the refresher retries/],
  ['too many calls', [challenge(), { status: 429 }], 1, /nothing, the refresher retries/],
  ['a registry out of reach', [{ error: 'curl: (28) Connection timed out' }], 1, /let the pod reach/],
  ['HTML in place of a token', [challenge(), '<html></html>'], 1, /no proxy answers in place of Azure/],
  ['a token that would leave its quotes', [challenge(), '{"token":"a\\"b"}'], 1, /no proxy answers/],
  ['a redirect', [{ status: 307, headers: 'Location: https://evil.example/' }], 1, /no proxy answers/],
  ['a success that is not valid', ['{}'], 1, /no proxy answers/],
])('says what to do with %s', (_, answers, status, todo) => {
  const run = check(answers);
  expect(run.calls).toHaveLength(answers.length);
  expect(run.status).toBe(status);
  expect(run.lastLine).toMatch(/so pulls keep working\. To do: /);
  expect(run.lastLine).toMatch(todo);
  expectNoTokenIn(run);
});

test('asks for a retry if the token expires before the next run', () => {
  const run = check([challenge(), access, accepted(), { status: 204 }], 'dash', {
    cloud: GOOGLE,
    manifest: manifest(NOW + 300),
  });
  expect(run.status).toBe(1);
  expect(run.lastLine).toContain('FAILED: the token may push, but it expires at ');
});

test.each<[string, RegExp]>([
  [
    'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/p/locations/l/repositories/proxy" (or it may not exist)',
    /roles\/artifactregistry\.writer/,
  ],
  ['Artifact Registry API has not been used in project 123 before or it is disabled.', /gcloud services enable/],
  ["Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x", /VPC Service Controls/],
])('says what to do when Google denies a push: %s', (message, todo) => {
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message }] });
  const run = check([challenge(), access, { status: 403, body }], 'dash', { cloud: GOOGLE });
  expect(run.status).toBe(3);
  expect(run.lastLine).toMatch(todo);
});

test('names the role that Google requires for a push', () => {
  const run = check([{ status: 404 }], 'dash', { cloud: GOOGLE });
  expect(run.lastLine).toContain('gcloud artifacts repositories create');
});
