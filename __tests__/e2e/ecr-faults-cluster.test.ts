import { type ApiProxy, internalError } from './support/api-proxy';
import { EcrCluster } from './support/ecr';
import { casesOf, type Expected, expectRow } from './support/fault-expectations';
import { FaultTable, type Subject } from './support/fault-table';
import { otherHands, pathOf, refusals } from './support/frame-faults';
import type { PodHooks } from './support/pod-run';

// Faults of the API server, and changes of the Secret by others: it stays unchanged, byte for byte, or is complete and
// new, and the next run repairs everything.

jest.setTimeout(240_000);

const REGIONS = ['eu-west-1', 'eu-west-2', 'eu-west-3'];

let cluster: EcrCluster;
let proxy: ApiProxy;
let table: FaultTable;

beforeAll(async () => {
  cluster = await EcrCluster.start();
  proxy = await cluster.plane.startProxy();
  cluster.kubelet.apiPort = proxy.port;
  table = new FaultTable(cluster);
});

afterAll(async () => {
  table?.print('Faults of the cluster');
  await cluster?.stop();
});

const refused = refusals(() => ({ cluster, proxy }));
const others = otherHands(() => ({ cluster, proxy }));

describe.each([
  ['it refuses', refused],
  ['others change the Secret', others],
])('%s', (_what, expected) => {
  beforeAll(async () => {
    await table.tryAll(casesOf(expected), await lanes());
  });

  test.each(expected)('%s', (name, outcome) => expectRow(table, name, outcome));
});

let made: Promise<Subject[]> | undefined;
/** Independent refreshers, so that faults can be tried in parallel. */
function lanes(): Promise<Subject[]> {
  return (made ??= Promise.all(REGIONS.map((region) => table.install([region]))));
}

test('if kubectl fails, the line before says what to do', () => {
  for (const [name] of [...refused, ...others]) {
    const { condition, log } = table.row(name);
    if (condition === 'Complete') continue;
    expect(log).toMatch(/To do if kubectl says 'field is immutable': delete the existing Secret, as no refresh can/);
    expect(log).toMatch(
      /'forbidden': create the namespace and apply the refresher's manifests again; anything else: no/,
    );
  }
});

test('the API server is down, and the second try reaches it again', async () => {
  const name = 'the API server goes down, and comes back';
  let isFirst = true;
  const hooks: PodHooks = {
    beforeContainer: async (container) => {
      if (isFirst && container === 'kubectl') await cluster.plane.stopApiServer();
    },
    started: async (container, run) => {
      if (!isFirst || container !== 'kubectl') return;
      isFirst = false;
      await run.waitForLog('kubectl', /EOF|refused/);
      await cluster.plane.startApiServer();
      // a restarted controller retries at once; otherwise it waits up to half a minute
      await cluster.plane.stopControllerManager();
      await cluster.plane.startControllerManager();
    },
  };
  await table.tryAll([[name, () => ({ pods: { hooks }, tries: 2 })]], (await lanes()).slice(0, 1));

  expectRow(table, name, {
    condition: 'Complete',
    tries: 2,
    secret: ['new'],
    line: /^OK\. The token is fresh and may push\.$/,
  });
  expect(table.row(name).job.pods[0].containers.at(-1)?.log).toMatch(/EOF|refused/);
});

describe('several namespaces', () => {
  const expected: Expected = [
    [
      'the API server says 500 for one namespace',
      { secret: ['new', 'kept', 'new'], line: /^Error from server \(InternalError\): .*leader changed/ },
      (subject) => ({
        inject: () => proxy.inject({ method: 'PATCH', path: pathOf(subject, subject.namespaces[1]) }, internalError),
      }),
    ],
    [
      'the API server says 500 to everything',
      { secret: ['kept', 'kept', 'kept'], line: /failed to download openapi/ },
      () => ({ inject: () => proxy.inject({}, internalError) }),
    ],
    [
      'a namespace is missing',
      { secret: ['new', 'none', 'new'], line: /^Error from server \((NotFound|Forbidden)\): / },
      ({ refresher, namespaces: [, gone] }) => ({
        inject: async () => {
          await cluster.plane.kubectl(['delete', 'namespace', gone, '--wait=true']);
          return async () => {
            await cluster.plane.createNamespace(gone);
            await cluster.apply(refresher);
          };
        },
      }),
    ],
  ];

  beforeAll(async () => {
    const namespaces: string[] = [];
    for (let i = 0; i < 3; i += 1) namespaces.push(await cluster.namespace());
    const subject = await table.install(['us-east-1'], { namespaces, aws: ', ensureRepository: true' });
    await table.tryAll(casesOf(expected), [subject]);
  });

  test.each(expected)('%s', (name, outcome) => expectRow(table, name, outcome));
});
