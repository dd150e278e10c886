import { type AwsFault, type AwsMatch, awsFaults } from './support/aws';
import { EcrCluster } from './support/ecr';
import { type Case, type Fault, FaultTable, type Row, shorten, type Subject, type Undo } from './support/fault-table';

// Faults of AWS and of the network, with the real AWS CLI: the last good Secret stays unchanged, byte for byte, and the
// next run repairs everything.

jest.setTimeout(180_000);

/** A refresher for each region. Faults of a region do not affect the others, so that they can be tried in parallel. */
const REGIONS = ['eu-west-1', 'eu-west-2', 'eu-west-3'];

let cluster: EcrCluster;
let table: FaultTable;
let subjects: Subject[];

beforeAll(async () => {
  cluster = await EcrCluster.start();
  table = new FaultTable(cluster);
  subjects = await Promise.all(REGIONS.map((region) => table.install([region])));
});

afterAll(async () => {
  table?.print('Faults of AWS');
  await cluster?.stop();
});

/** Puts the fault into the answer to one refresher's request for a token. */
function answering(fault: AwsFault, { hosts }: Subject, match: AwsMatch = {}): () => Undo {
  return () =>
    cluster.aws.inject({ action: 'GetAuthorizationToken', region: Object.values(hosts)[0], ...match }, fault);
}

/** Expects a failed run that changed nothing, a next run that worked, and a last line with the cause and the advice. */
function expectKept(row: Row, what: string, toDo: string): void {
  const { condition, tries, secret, healed, again, line } = row;
  expect({ condition, tries, secret, healed, again, log: row.log, line }).toEqual({
    condition: 'Failed',
    tries: 1,
    secret: ['kept'],
    healed: ['new'],
    again: 'Complete',
    log: expect.stringMatching(/^Refreshing the Secret aws-registry, identity: ambient\./) as string,
    line: expect.stringMatching(
      /^FAILED: .+\. Nothing was applied; an existing Secret keeps its token\. To do: .+\. To refresh now: kubectl -n hub-\d+ create job --from=cronjob\/ecr-token ecr-token-\$\(date \+%s\)$/,
    ) as string,
  });
  expect(line).toContain(`FAILED: ${what}`);
  expect(line).toContain(`To do: ${toDo}`);
}

const NO_ANSWER = 'AWS gave no ECR token for';
const NO_TOKEN = 'the answer of AWS for';
const REACH = 'let the pod reach ECR and STS of the region, through NAT, a VPC endpoint or HTTPS_PROXY';
const REAL = 'check that the AWS endpoint, and any proxy on the way to it, are the real ones';
const WAIT = 'nothing, the refresher retries by itself';

describe('AWS refuses', () => {
  // name, answer, text in the log, what to do
  const refusals: [string, AwsFault, string, string][] = [
    ['access denied', awsFaults.accessDenied, 'AccessDenied', 'give the identity the IAM policy in dist/aws'],
    ['throttled', awsFaults.throttled, 'Rate exceeded', WAIT],
    ['expired credentials', awsFaults.expiredCredentials, 'is expired', 'set the clock of the node'],
    ['a server error', awsFaults.serverError, 'server-side issue', WAIT],
    ['HTML with a gateway error', awsFaults.htmlGatewayError, '502', WAIT],
    ['the connection breaks', awsFaults.reset, 'Connection was closed', REACH],
  ];
  beforeAll(() =>
    table.tryAll(
      refusals.map(([name, fault]): Case => [name, (subject) => ({ inject: answering(fault, subject) })]),
      subjects,
    ),
  );

  test.each(refusals)('%s', (name, _fault, said, toDo) => {
    const row = table.row(name);
    expectKept(row, NO_ANSWER, toDo);
    expect(row.log).toContain(said);
  });
});

describe('AWS answers without a valid token', () => {
  const answers: [string, AwsFault][] = [
    ['an empty answer', awsFaults.empty],
    ['an empty object', awsFaults.emptyObject],
    ['no data in the answer', awsFaults.noData],
    ['a truncated answer', awsFaults.truncated],
    ['HTML instead of JSON', awsFaults.html],
    ['a token that does not decode', awsFaults.undecodableToken],
    ['a token cut short', awsFaults.rawToken(Buffer.from('AWS:0123456789').toString('base64').slice(0, 13))],
    ['an empty token', awsFaults.emptyToken],
    ['a token for AWS: without a password', awsFaults.tokenWithoutPassword],
    ['a token of another user', awsFaults.tokenOfAnotherUser],
    ['shell syntax in a token', awsFaults.rawToken('QVdT$(kill 1)`kill 1`;kill 1 >/manifests/hub.json')],
  ];
  beforeAll(() =>
    table.tryAll(
      answers.map(([name, fault]): Case => [name, (subject) => ({ inject: answering(fault, subject) })]),
      subjects,
    ),
  );

  test.each(answers)('%s', (name) => expectKept(table.row(name), NO_TOKEN, REAL));
});

describe('AWS is slow', () => {
  const cases: [string, string, (subject: Subject) => Fault][] = [
    [
      'slow, until the AWS CLI gives up',
      'Read timeout on endpoint URL',
      (subject) => ({
        inject: answering(awsFaults.hang, subject),
        patch: (job) => shorten(job, { '--cli-read-timeout 30': '--cli-read-timeout 1' }),
      }),
    ],
    [
      'slower than the script waits',
      'no answer within two minutes',
      (subject) => ({
        inject: answering(awsFaults.hang, subject),
        patch: (job) => shorten(job, { 'timeout 120': 'timeout 4' }),
      }),
    ],
  ];
  const DEADLINE = 'slow past the deadline of the Job';
  beforeAll(() =>
    table.tryAll(
      [
        ...cases.map(([name, , fault]): Case => [name, fault]),
        [
          DEADLINE,
          (subject) => ({
            inject: answering(awsFaults.hang, subject),
            patch: ({ spec }) => {
              spec.activeDeadlineSeconds = 5;
              spec.template.spec.terminationGracePeriodSeconds = 1;
            },
          }),
        ],
      ],
      subjects,
    ),
  );

  test.each(cases)('%s', (name, said) => {
    expectKept(table.row(name), NO_ANSWER, REACH);
    expect(table.row(name).log).toContain(said);
  });

  test(DEADLINE, () => {
    const { condition, secret, healed, again, line } = table.row(DEADLINE);
    expect({ condition, secret, healed, again }).toEqual({
      condition: 'Failed',
      secret: ['kept'],
      healed: ['new'],
      again: 'Complete',
    });
    // the script cannot write a last line, so its first line says what that means
    expect(line).toMatch(
      /^\[DeadlineExceeded\] .*Refreshing the Secret .*, identity: ambient\. If this log ends without OK or FAILED/,
    );
  });
});

describe('faults that affect all refreshers', () => {
  const UNREACHABLE = 'AWS is unreachable';
  const NO_METADATA = "the node's metadata service does not answer";
  const SYNTAX = 'shell syntax in a password';
  const password = '$(kill${IFS}1)`kill${IFS}1`;"\\\'*&|>/manifests/hub.json';

  beforeAll(() =>
    table.tryAll(
      [
        [UNREACHABLE, () => ({ inject: () => cluster.aws.refuse().then(() => () => cluster.aws.heal()) })],
        [
          NO_METADATA,
          () => ({
            inject: () => {
              cluster.aws.metadata.hang();
              return () => cluster.aws.heal();
            },
          }),
        ],
        [
          SYNTAX,
          () => ({
            inject: () => {
              const usual = cluster.aws.password;
              cluster.aws.password = () => password;
              return () => (cluster.aws.password = usual);
            },
          }),
        ],
      ],
      subjects.slice(0, 1),
    ),
  );

  test(UNREACHABLE, () => {
    expectKept(table.row(UNREACHABLE), NO_ANSWER, REACH);
    expect(table.row(UNREACHABLE).log).toContain('Could not connect to the endpoint URL');
  });

  test(NO_METADATA, () => {
    expectKept(
      table.row(NO_METADATA),
      NO_ANSWER,
      "give the pod an identity; to use the node's role, set its metadata hop limit to 2",
    );
  });

  test(`${SYNTAX} is not run, and the password is stored`, () => {
    const { condition, secret, healed } = table.row(SYNTAX);
    expect({ condition, secret, healed }).toEqual({ condition: 'Complete', secret: ['new'], healed: ['new'] });
  });
});

describe('one of several regions', () => {
  const cases: [string, string, AwsFault][] = [
    ['throttles', 'us-east-1', awsFaults.throttled],
    ['denies', 'us-east-2', awsFaults.accessDenied],
    ['answers HTML', 'us-east-2', awsFaults.html],
  ];
  const nameOf = (what: string, region: string): string => `of two regions ${region} ${what}`;

  beforeAll(async () => {
    const subject = await table.install(['us-east-1', 'us-east-2']);
    await table.tryAll(
      cases.map(([what, region, fault]): Case => [
        nameOf(what, region),
        () => ({ inject: answering(fault, subject, { region }) }),
      ]),
      [subject],
    );
  });

  test.each(cases)('%s: %s', (what, region) => {
    const { condition, secret, healed, line } = table.row(nameOf(what, region));
    expect({ condition, secret, healed }).toEqual({ condition: 'Failed', secret: ['kept'], healed: ['new'] });
    expect(line).toContain(region);
  });
});
