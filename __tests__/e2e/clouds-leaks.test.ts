import { CloudFaultTable } from './support/cloud-fault-table';
import { AZURE, type CloudRow, IMPERSONATION, METADATA } from './support/cloud-rows';
import { type CloudFault, cloudFaults } from './support/cloud-server';
import { Clouds } from './support/clouds';
import { logOf } from './support/ecr';
import { type Fault, fillVolume, type Subject } from './support/fault-table';
import type { JobResult } from './support/kubelet';
import { LeakWatch, TokenSearch, TRACED } from './support/leak-search';

// When a run fails, no token of Google, Azure or the pod itself may be in a log, event, object, argument, variable, or
// file outside the volume in memory. `clouds-refresh` tests runs that succeed.

jest.setTimeout(900_000);

let clouds: Clouds;

beforeAll(async () => {
  clouds = await Clouds.start();
});

afterAll(() => clouds?.stop());

const ROWS = [
  { row: IMPERSONATION, container: 'google', step: 'impersonation', first: 'sts', member: 'accessToken' },
  { row: METADATA, container: 'google', step: 'metadata', first: 'metadata', member: 'access_token' },
  { row: AZURE, container: 'azure', step: 'exchange', first: 'entra', member: 'refresh_token' },
];

/** The cloud sends a text with the token instead of its answer. */
const told =
  (status: number, sentence: (body: string) => string): CloudFault =>
  (answer) => ({ ...answer, status, body: sentence(answer.body) });

describe.each(ROWS)('$row.name', ({ row, container, step, first, member }) => {
  let table: CloudFaultTable;
  let subject: Subject;

  beforeAll(async () => {
    table = new CloudFaultTable(clouds, row);
    subject = await table.installRow();
  });

  const answering = (at: string, fault: CloudFault): Fault => ({ inject: () => clouds.server.inject(at, fault) });
  const runs: [string, Fault][] = [
    ['gets half an answer', answering(step, cloudFaults.truncated)],
    [
      'gets a token followed by garbage',
      answering(
        step,
        cloudFaults.members((all) => ({ [member]: `${String(all[member])}"$(x)` })),
      ),
    ],
    [
      'gets its token in an error',
      answering(
        step,
        told(400, (body) => body),
      ),
    ],
    [
      'gets its token on a page',
      answering(
        first,
        told(200, (body) => `<html><!-- ${body} -->${body}</html>`),
      ),
    ],
    [
      'gets its token in a header',
      answering(step, (answer) => ({
        ...answer,
        status: 302,
        headers: { Location: `https://127.0.0.1/?${answer.body.replace(/[^\w.-]/g, '')}` },
      })),
    ],
    [
      'finds its volume full',
      {
        pods: {
          hooks: {
            beforeContainer: (name, run) => (name === container ? fillVolume(run.volume('manifests')) : undefined),
          },
        },
      },
    ],
    [
      'gets no space for the answer',
      {
        pods: {
          hooks: {
            beforeContainer: (name, run) => (name === container ? fillVolume(run.volume('tmp'), 1) : undefined),
          },
        },
      },
    ],
    [
      'gets the login in an answer of the registry',
      answering(
        `token of ${row.pushRepo.split('/')[0]}`,
        told(403, () => JSON.stringify({ errors: [{ message: `no ${lastOf(row)}` }] })),
      ),
    ],
  ];

  /** Runs the refresher, which must end like this, and searches every place for tokens. */
  async function expectNoLeak(fault: Fault, condition: string): Promise<JobResult> {
    const watch = new LeakWatch();
    const undo = await fault.inject?.();
    const hooks = { ...watch.pods.hooks, ...fault.pods?.hooks };
    const job = await table.run(subject, { ...fault, pods: { ...watch.pods, ...fault.pods, hooks } });
    await undo?.();
    watch.noteJob(job);
    for (const namespace of subject.namespaces) await watch.noteObjects(clouds.cluster, namespace);

    expect(job.condition).toBe(condition);
    const tokens = [...row.issued(clouds).map(({ token }) => token), ...row.received(clouds)];
    expect(watch.places(new TokenSearch(tokens, [row.username]))).toEqual([]);
    // the search covered every place
    expect(watch.count('argument of a process')).toBeGreaterThan(3);
    expect(watch.count('variable of a process')).toBeGreaterThan(1);
    return job;
  }

  test.each(runs)('a run that %s leaves no token', async (_what, fault) => {
    await expectNoLeak(fault, 'Failed');
  });

  test('a run with a shell that traces and a curl that is verbose leaves no token', async () => {
    const job = await expectNoLeak({ pods: TRACED }, 'Complete');
    expect(logOf(job)).toMatch(/^(?:\[\S+\] )?\+ set \+x /m);
  });
});

const lastOf = (row: CloudRow): string => row.issued(clouds).at(-1)?.token ?? '';
