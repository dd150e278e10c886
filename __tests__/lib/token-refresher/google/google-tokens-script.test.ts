import { GOOGLE } from '../../../../lib/token-refresher/google/google-tokens';
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

const HOST = 'europe-west1-docker.pkg.dev';
const PROVIDER = 'projects/123/locations/global/workloadIdentityPools/clusters/providers/hub-cluster';
const ACCOUNT = 'push@example-project.iam.gserviceaccount.com';
const TOKEN = `ya29.d.${'b0Aa-_'.repeat(60)}`;
const IMPERSONATED = `ya29.c.${'c0Bb-_'.repeat(60)}`;

const federated = (more: object = { expires_in: 3599 }) =>
  JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', ...more });
const inAnHour = new Date((NOW + 3600) * 1000).toISOString().replace('.000', '');
const impersonated = JSON.stringify({ accessToken: IMPERSONATED, expireTime: inAnHour });

function refresh(answers: readonly Answer[], env: Record<string, string | undefined> = {}, shell = 'dash'): CurlRun {
  return runCurlScript({
    cloud: GOOGLE,
    answers,
    shell,
    env: {
      IDENTITY: 'workload-identity',
      GOOGLE_PROVIDER: PROVIDER,
      REQUESTS: `${HOST},gcr.io=${HOST}\n${HOST},gcr.io=gcr.io`,
      ...env,
    },
  });
}

/** Expects an end so many seconds after a script that was started at `before`, and has ended by now. */
function expectEnd(expires: string, before: number, seconds: number): void {
  const started = Date.parse(expires) - seconds * 1000;
  // the script counts in whole seconds
  expect(started).toBeGreaterThan(before - 1000);
  expect(started).toBeLessThanOrEqual(Date.now());
}

function expectNoTokenIn(run: CurlRun): void {
  for (const token of [TOKEN, IMPERSONATED, POD_TOKEN]) {
    expect(run.output).not.toContain(token.slice(0, 60));
    expect(run.arguments).not.toContain(token.slice(0, 60));
  }
}

describe.each(CURL_SHELLS)('in %s', (shell) => {
  test('exchanges the token of the pod, once for all hosts', () => {
    const before = Date.now();
    const run = refresh([federated()], {}, shell);
    expect(run.output).toContain('OK. The container kubectl now applies');
    expect(run.status).toBe(0);
    expect(run.calls).toHaveLength(1);
    expect(run.calls[0].url).toBe('https://sts.googleapis.com/v1/token');
    expect(run.calls[0].lines).toEqual(
      expect.arrayContaining([
        'proto = "=https"',
        `data-urlencode = "audience=//iam.googleapis.com/${PROVIDER}"`,
        `data-urlencode = "subject_token=${POD_TOKEN}"`,
      ]),
    );
    expect(run.arguments).toBe('--disable --config -\n');
    for (const host of [HOST, 'gcr.io']) {
      const { login, expires } = loginOf(run.files['hub.json'], host);
      expect(login).toBe(`oauth2accesstoken:${TOKEN}`);
      expectEnd(expires, before, 3599);
    }
    expectNoTokenIn(run);
  });

  test('impersonates a service account', () => {
    const run = refresh([federated(), impersonated], { GOOGLE_SERVICE_ACCOUNT: ACCOUNT }, shell);
    expect(run.status).toBe(0);
    expect(run.calls[1].url).toBe(
      `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`,
    );
    expect(run.calls[1].lines).toEqual(
      expect.arrayContaining([
        `header = "Authorization: Bearer ${TOKEN}"`,
        String.raw`data = "{\"scope\":[\"https://www.googleapis.com/auth/cloud-platform\"],\"lifetime\":\"3600s\"}"`,
      ]),
    );
    expect(loginOf(run.files['hub.json'], HOST)).toEqual({
      login: `oauth2accesstoken:${IMPERSONATED}`,
      expires: inAnHour,
    });
    expectNoTokenIn(run);
  });

  test('waits for the metadata server', () => {
    const down: Answer = { error: 'curl: (7) Failed to connect to metadata.google.internal' };
    const env = { IDENTITY: 'metadata-server', GOOGLE_PROVIDER: undefined };
    const run = refresh([down, { status: 503 }, down, federated({ expires_in: 300 })], env, shell);
    expect(run.status).toBe(0);
    expect(run.output).toMatch(/^metadata server: curl: \(7\) .*\. Next try in 2 s$/m);
    expect(run.output).toMatch(/^metadata server: HTTP 503\. Next try in 3 s$/m);
    expect(run.output).toMatch(
      /WARNING: .*: the token expires in [0-5] minutes, but the next run may start only in 15/,
    );
    expect(run.calls[3].lines).toEqual(
      expect.arrayContaining(['proto = "=http"', 'noproxy = "*"', 'header = "Metadata-Flavor: Google"']),
    );
  });
});

test.each<[string, object, (expires: string, before: number) => void]>([
  ['a life of its own', {}, (expires, before) => expectEnd(expires, before, 3600)],
  [
    'the life of the token of the pod where that is shorter',
    { exp: NOW + 700 },
    (expires) => expect(Date.parse(expires)).toBe((NOW + 700) * 1000),
  ],
])('takes %s as the expiry of a token without expires_in', (_, claims, expectIt) => {
  const before = Date.now();
  const run = runCurlScript({
    cloud: GOOGLE,
    answers: [federated({})],
    podToken: jwt(claims),
    env: { IDENTITY: 'workload-identity', GOOGLE_PROVIDER: PROVIDER, REQUESTS: `${HOST}=${HOST}` },
  });
  expect(run.status).toBe(0);
  expectIt(loginOf(run.files['hub.json'], HOST).expires, before);
});

const DENIED = (error: string, description: string): Answer => ({
  status: 400,
  body: JSON.stringify({ error, error_description: description }),
});
const HTML = '<html><body>Log in to the proxy</body></html>';

test.each<[string, readonly Answer[], RegExp]>([
  [
    'a provider that does not exist',
    [DENIED('invalid_target', 'The target service indicated by the "audience" parameters is invalid.')],
    /correct workloadIdentityProvider/,
  ],
  [
    'an attribute condition',
    [DENIED('unauthorized_client', 'The given credential is rejected by the attribute condition.')],
    /attribute condition of the provider accept/,
  ],
  [
    'another audience',
    [DENIED('invalid_grant', 'The audience in ID Token [x] does not match the expected audience.')],
    /remove the allowed audiences of the provider/,
  ],
  [
    'another issuer',
    [DENIED('invalid_grant', 'The issuer in ID Token x does not match the expected ones')],
    /issuer of the cluster/,
  ],
  [
    // also for a token that was issued in the future
    // @see https://github.com/googleapis/google-cloud-go/issues/12440
    // @see https://github.com/t-k/fireemu, which recorded the same check in Google's Identity Toolkit
    'a clock that is wrong',
    [DENIED('invalid_grant', 'ID Token issued at 1893456000 is stale to sign-in.')],
    /set the clock of the node/,
  ],
  [
    'a federated token that has expired by the clock of Google',
    [federated(), { status: 401, body: '{"error":{"code":401,"details":[{"reason":"ACCESS_TOKEN_EXPIRED"}]}}' }],
    /set the clock of the node/,
  ],
  ['too many calls', [{ status: 429, body: '{}' }], /nothing, the refresher retries/],
  [
    'an answer without end',
    [{ error: 'curl: (28) Operation timed out after 30000 milliseconds' }],
    /let the pod reach googleapis\.com/,
  ],
  ['an unknown authority', [{ error: 'curl: (60) SSL certificate problem: self-signed certificate' }], /caConfigMap/],
  ['HTML in place of JSON', [HTML], /no proxy answers in place of Google/],
  ['a redirect', [{ status: 302, headers: 'Location: https://evil.example/' }], /no proxy answers in place of Google/],
  ['JSON that is cut off', [federated().slice(0, -3)], /no proxy answers in place of Google/],
  ['no token in it', ['{"expires_in":3599}'], /no proxy answers in place of Google/],
  [
    'a token that would leave its quotes',
    [JSON.stringify({ access_token: 'a"b' })],
    /no proxy answers in place of Google/,
  ],
  ['a life in words', [federated({ expires_in: 'long' })], /no proxy answers in place of Google/],
  // 010 is an 8 to a shell, and 08 an error
  ['a life in octal', [federated({ expires_in: '010' })], /no proxy answers in place of Google/],
  ['a life that looks octal', [federated({ expires_in: '08' })], /no proxy answers in place of Google/],
  ['an expired token', [federated({ expires_in: 0 })], /set the clock of the node/],
  [
    'impersonation denied',
    [
      federated(),
      {
        status: 403,
        body: JSON.stringify({
          error: {
            code: 403,
            message: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
            status: 'PERMISSION_DENIED',
          },
        }),
      },
    ],
    /roles\/iam\.workloadIdentityUser/,
  ],
  [
    'no such service account',
    [federated(), { status: 404, body: '{"error":{"code":404,"message":"Not found"}}' }],
    /correct serviceAccount/,
  ],
  [
    'the API not enabled',
    [
      federated(),
      {
        status: 403,
        body: '{"error":{"message":"IAM Service Account Credentials API has not been used in project 123"}}',
      },
    ],
    /gcloud services enable/,
  ],
  ['HTML from the impersonation', [federated(), HTML], /no proxy answers in place of Google/],
  [
    'an expireTime that is not valid',
    [federated(), JSON.stringify({ accessToken: IMPERSONATED, expireTime: 'soon' })],
    /no proxy answers in place of Google/,
  ],
])('leaves the Secret as it is, and says what to do, with %s', (_, answers, todo) => {
  const run = refresh(answers, { GOOGLE_SERVICE_ACCOUNT: answers.length > 1 ? ACCOUNT : undefined });
  expect(run.status).toBe(1);
  expect(run.files).toEqual({});
  expect(run.lastLine).toMatch(/^FAILED: .*Nothing was applied; an existing Secret keeps its token\. To do: /);
  expect(run.lastLine).toMatch(todo);
  expectNoTokenIn(run);
});

const ON_GKE = 'run the pod on GKE with Workload Identity, or set workloadIdentityProvider';

test.each<[string, Answer, string]>([
  ['is missing', { error: 'curl: (6) Could not resolve host: metadata.google.internal' }, ON_GKE],
  ['never answers', { error: 'curl: (52) Empty reply from server', exit: 52 }, ON_GKE],
  ['never gets ready', { status: 503 }, 'nothing, the refresher retries by itself'],
  ['has no identity for the pod', { status: 404 }, 'give the service account an identity in Google'],
])('gives up on a metadata server that %s', (_, down, todo) => {
  const run = refresh([down, down, down, down, down, down], {
    IDENTITY: 'metadata-server',
    GOOGLE_PROVIDER: undefined,
  });
  expect(run.calls).toHaveLength(6);
  expect(run.lastLine).toContain(`To do: ${todo}`);
});

test('says that curl was killed for lack of memory', () => {
  const run = refresh([{ error: 'Killed', exit: 137 }]);
  expect(run.lastLine).toContain('To do: give the container a larger memory limit');
});

test('fails without the token of the pod', () => {
  const run = runCurlScript({
    cloud: GOOGLE,
    answers: [],
    podToken: '',
    env: { IDENTITY: 'workload-identity', REQUESTS: `${HOST}=${HOST}` },
  });
  expect(run.lastLine).toContain('the pod has no token of its own for Google');
});
