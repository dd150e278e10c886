import { CloudFaultTable } from './support/cloud-fault-table';
import { AZURE, IMPERSONATION, METADATA, PRINCIPAL, subjectOf } from './support/cloud-rows';
import { type CloudFault, cloudFaults, json } from './support/cloud-server';
import { Clouds } from './support/clouds';
import { casesOf, type Expected, expectRow } from './support/fault-expectations';
import type { Case, Fault, FaultTable, Verdict } from './support/fault-table';
import { AZURE_HOST, GOOGLE_HOST } from './support/google-and-azure';

// Faults of Google, Azure and the network between: a working Secret keeps its bytes or gets a complete new token, and
// the next run succeeds.

jest.setTimeout(900_000);

let clouds: Clouds;
const tables = new Map<string, FaultTable>();

const HOURS = 3600_000;
const KEPT: readonly Verdict[] = ['kept'];
const NEW: readonly Verdict[] = ['new'];

/** With this failure, the Job ends at once. */
const NO_PUSH = 'the token may not push';

/** Matches the line with FAILED, what failed, and what to do. */
const failed = (
  what: string,
  toDo: string,
  outcome = 'Nothing was applied; an existing Secret keeps its token',
): RegExp =>
  new RegExp(
    `^${what === NO_PUSH ? '\\[PodFailurePolicy\\] ' : ''}FAILED: ${what}.*\\. ${outcome}\\. To do: .*${toDo}`,
  );

const OK = /^OK\. The token is fresh and may push\.$/;
const PULLS = 'The Secret \\S+ has a fresh token, so pulls keep working';
const WAIT = 'nothing, the refresher retries by itself';

const at =
  (step: string, fault: CloudFault, times?: number): Case[1] =>
  () => ({ inject: () => clouds.server.inject(step, fault, times) });

/** Changes a setting of the clouds, and later changes it back. */
const set =
  (change: () => unknown, back: () => unknown): Case[1] =>
  (): Fault => ({
    inject: () => {
      change();
      return back;
    },
  });

/** Broken answers of a cloud: HTML at both steps, everything else at the second one. */
const noAnswer = (first: string, second: string, noToken: string, proxy: string, reach: string): Expected => {
  const fault = (step: string, what: string, toDo: string, answer: CloudFault): Expected[number] => [
    `${step}: ${what}`,
    { secret: KEPT, line: failed(noToken, toDo) },
    at(step, answer),
  ];
  return [
    fault(first, 'HTML in place of JSON', proxy, cloudFaults.html),
    fault(second, 'HTML in place of JSON', proxy, cloudFaults.html),
    fault(second, "a gateway's error", WAIT, cloudFaults.badGateway),
    fault(second, 'half an answer', proxy, cloudFaults.truncated),
    fault(second, 'a redirect', proxy, cloudFaults.redirect(`https://${AZURE_HOST}/elsewhere`)),
    fault(second, 'the connection breaks', reach, cloudFaults.reset),
  ];
};

const NO_GOOGLE = 'Google gave no access token for';
const GOOGLE_PROXY = 'check that no proxy answers in place of Google';
const GOOGLE_REACH = 'let the pod reach googleapis\\.com and the registry';
const impersonation: Expected = [
  ...noAnswer('sts', 'impersonation', NO_GOOGLE, GOOGLE_PROXY, GOOGLE_REACH),
  [
    'sts: the attribute condition rejects the pod',
    { secret: KEPT, line: failed(NO_GOOGLE, 'let the attribute condition of the provider accept') },
    at('sts', () =>
      json(400, {
        error: 'unauthorized_client',
        error_description: 'The given credential is rejected by the attribute condition.',
      }),
    ),
  ],
  [
    'impersonation: denied',
    { secret: KEPT, line: failed(NO_GOOGLE, 'roles/iam\\.workloadIdentityUser') },
    (subject) => {
      const [email, account] = [subject.identity, subjectOf(subject.refresher)];
      const { impersonators } = clouds.google;
      return set(
        () => impersonators.delete(account),
        () => impersonators.set(account, email),
      )(subject);
    },
  ],
  [
    'sts: no expires_in',
    { condition: 'Complete', secret: NEW, line: OK },
    at(
      'sts',
      cloudFaults.members(() => ({ expires_in: undefined })),
    ),
  ],
  [
    'impersonation: an expired token',
    {
      secret: KEPT,
      line: failed('the access token that Google gave for .* already expired', 'set the clock of the node'),
    },
    at(
      'impersonation',
      cloudFaults.members(() => ({ expireTime: '2026-01-01T00:00:00Z' })),
    ),
  ],
  [
    'impersonation: shell and JSON syntax in a token',
    { secret: KEPT, line: failed(NO_GOOGLE, GOOGLE_PROXY) },
    at(
      'impersonation',
      cloudFaults.members(() => ({ accessToken: 'ya29."},`kill 1`$(kill 1)\\n' })),
    ),
  ],
  [
    'the role on the repository is missing',
    { secret: NEW, line: failed(NO_PUSH, 'roles/artifactregistry\\.writer', PULLS) },
    (subject) => {
      const { writers } = clouds.google;
      return set(
        () => writers.delete(subject.identity),
        () => writers.add(subject.identity),
      )(subject);
    },
  ],
  [
    "the registry's token endpoint answers HTML",
    { secret: NEW, line: failed('the registry did not say whether the token may push', GOOGLE_PROXY, PULLS) },
    at(`token of ${GOOGLE_HOST}`, cloudFaults.html),
  ],
];

const principal: Expected = [
  [
    'no expires_in, and no service account',
    { condition: 'Complete', secret: NEW, line: OK },
    at(
      'sts',
      cloudFaults.members(() => ({ expires_in: undefined })),
    ),
  ],
];

const metadata: Expected = [
  [
    'never ready',
    { secret: KEPT, line: failed(NO_GOOGLE, WAIT) },
    at('metadata', () => ({ status: 503, body: 'not ready' })),
  ],
  [
    'never an answer',
    { secret: KEPT, line: failed(NO_GOOGLE, 'run the pod on GKE with Workload Identity') },
    at('metadata', cloudFaults.reset),
  ],
  [
    'not ready for twenty seconds',
    { condition: 'Complete', secret: NEW, line: OK },
    (subject) => {
      let ready: number | undefined;
      return at('metadata', (answer) => {
        // from the first request on
        ready ??= Date.now() + 20_000;
        return Date.now() < ready ? { status: 503, body: 'not ready' } : answer;
      })(subject);
    },
  ],
  [
    'a token with five minutes left',
    { secret: NEW, line: failed('the token may push, but it expires at .*, before the next run', WAIT, PULLS) },
    set(
      () => clouds.google.cacheToken(330_000),
      () => clouds.google.cacheToken(HOURS),
    ),
  ],
];

/** Faults that change the clock of all of Google. */
const googleClock: Expected = [
  [
    'the clock of the cloud is two hours ahead',
    { secret: KEPT, line: failed(NO_GOOGLE, 'set the clock of the node') },
    set(
      () => (clouds.google.skew = 2 * HOURS),
      () => (clouds.google.skew = 0),
    ),
  ],
  [
    'the clock of the cloud is two hours behind',
    { secret: KEPT, line: failed(NO_GOOGLE, 'set the clock of the node') },
    set(
      () => (clouds.google.skew = -2 * HOURS),
      () => (clouds.google.skew = 0),
    ),
  ],
];

const NO_AZURE = 'Azure gave no refresh token for';
const AZURE_PROXY = 'check that no proxy answers in place of Azure';
const unreadable = (what: string, token: string): Expected[number] => [
  `exchange: a refresh token ${what}`,
  { secret: KEPT, line: failed(NO_AZURE, AZURE_PROXY) },
  at(
    'exchange',
    cloudFaults.members(() => ({ refresh_token: token })),
  ),
];
const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;
const azure: Expected = [
  ...noAnswer('entra', 'exchange', NO_AZURE, AZURE_PROXY, 'let the pod reach Entra ID and the registry'),
  unreadable('that is not a JWT', 'abcdefgh'),
  unreadable('whose claims are not base64', 'e30.A.c2ln'),
  unreadable('without an expiry', jwt({ aud: AZURE_HOST })),
  unreadable('whose expiry is text', jwt({ exp: 'tomorrow' })),
  [
    'entra: no federated credential for the service account',
    { secret: KEPT, line: failed(NO_AZURE, 'give the identity a federated credential') },
    (subject) => {
      const account = subjectOf(subject.refresher);
      return set(
        () => clouds.azure.federated.delete(account),
        () => clouds.azure.federated.add(account),
      )(subject);
    },
  ],
  [
    'exchange: denied',
    { secret: KEPT, line: failed(NO_AZURE, 'give the identity the role AcrPush') },
    set(
      () => (clouds.azure.accepted = []),
      () => (clouds.azure.accepted = [...AUDIENCES]),
    ),
  ],
  [
    'exchange: a registry that accepts only tokens for ARM',
    { condition: 'Complete', secret: NEW, line: OK },
    set(
      () => (clouds.azure.accepted = ['https://management.azure.com']),
      () => (clouds.azure.accepted = [...AUDIENCES]),
    ),
  ],
  [
    'exchange: an expired refresh token',
    {
      secret: KEPT,
      line: failed('the refresh token that Azure gave for .* already expired', 'set the clock of the node'),
    },
    set(
      () => (clouds.azure.refreshTokenLife = -HOURS),
      () => (clouds.azure.refreshTokenLife = HOURS),
    ),
  ],
  [
    'exchange: a refresh token of ten minutes',
    { condition: 'Complete', secret: NEW, line: OK },
    set(
      () => (clouds.azure.refreshTokenLife = HOURS / 6),
      () => (clouds.azure.refreshTokenLife = HOURS),
    ),
  ],
  [
    'the role AcrPush is missing',
    { secret: NEW, line: failed(NO_PUSH, 'give the identity the role AcrPush', PULLS) },
    set(
      () => (clouds.azure.mayPush = false),
      () => (clouds.azure.mayPush = true),
    ),
  ],
  [
    'the clock of the cloud is two hours ahead',
    { secret: KEPT, line: failed(NO_AZURE, 'set the clock of the node') },
    set(
      () => (clouds.azure.skew = 2 * HOURS),
      () => (clouds.azure.skew = 0),
    ),
  ],
  [
    'the clock of the cloud is two hours behind',
    { secret: KEPT, line: failed(NO_AZURE, 'set the clock of the node') },
    set(
      () => (clouds.azure.skew = -2 * HOURS),
      () => (clouds.azure.skew = 0),
    ),
  ],
];
const AUDIENCES = ['https://containerregistry.azure.net', 'https://management.azure.com'];

const ALL = [
  { row: IMPERSONATION, expected: [...impersonation, ...googleClock] },
  { row: PRINCIPAL, expected: principal },
  { row: METADATA, expected: metadata },
  { row: AZURE, expected: azure },
];

beforeAll(async () => {
  clouds = await Clouds.start();
  const made = ALL.map(({ row }) => [row.name, new CloudFaultTable(clouds, row)] as const);
  made.forEach(([name, table]) => tables.set(name, table));
  const [[, one], [, two], [, three], [, four]] = made;
  const [a, b, c, d] = [
    await one.installRow(),
    await two.installRow(),
    await three.installRow(),
    await four.installRow(),
  ];
  // tables that share a step take turns
  await Promise.all([
    one.tryAll(casesOf(impersonation), [a]).then(() => two.tryAll(casesOf(principal), [b])),
    three.tryAll(casesOf(metadata), [c]),
    four.tryAll(casesOf(azure), [d]),
  ]);
  await one.tryAll(casesOf(googleClock), [a]);
});

afterAll(async () => {
  tables.forEach((table, name) => table.print(name));
  await clouds?.stop();
});

describe.each(ALL)('$row.name', ({ row, expected }) => {
  test.each(expected)('%s', (name, outcome) => expectRow(tables.get(row.name)!, name, outcome));
});

test('the log warns about a token that expires before the next run', () => {
  const { log } = tables.get(AZURE.name)!.row('exchange: a refresh token of ten minutes');
  expect(log).toMatch(/^WARNING: .*: the token expires in (9|10) minutes/m);
});

test('the log says what a run waits for', () => {
  const { log } = tables.get(METADATA.name)!.row('not ready for twenty seconds');
  const waits = log.match(/^metadata server: HTTP 503 not ready\. Next try in \d+ s$/gm);
  expect(waits?.map((line) => Number(/(\d+) s$/.exec(line)?.[1]))).toEqual([2, 3, 5, 10]);
});

test('nobody followed a redirect', () => {
  expect(clouds.server.requests.filter(({ step }) => step.startsWith('unknown'))).toEqual([]);
});
