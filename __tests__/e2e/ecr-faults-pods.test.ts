import type { ApiProxy } from './support/api-proxy';
import { awsFaults } from './support/aws';
import { EcrCluster } from './support/ecr';
import { casesOf, type Expected, expectRow } from './support/fault-expectations';
import { type Case, type Fault, FaultTable, fillVolume, type Subject } from './support/fault-table';
import type { PodHooks, PodRun } from './support/pod-run';
import { waitFor } from './support/process';

// Pods that are killed at any time, with a full volume, or two at once: the Secret stays unchanged, byte for byte, or
// is complete and new, and the next run repairs everything.

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
  table?.print('Faults of the pods');
  await cluster?.stop();
});

const killed =
  (hooks: PodHooks): Case[1] =>
  () => ({ pods: { hooks } });
const at =
  (wanted: string) =>
  (container: string, run: PodRun): void => {
    if (container === wanted) run.kill();
  };

/** Kills the first pod while it waits for the answer of AWS. */
function killedWhileAsking({ hosts }: Subject, action = 'GetAuthorizationToken'): Fault {
  const [region] = Object.values(hosts);
  const asked = (): number => cluster.aws.requestsOf(action).filter((request) => request.region === region).length;
  const before = asked();
  return {
    inject: () => cluster.aws.inject({ action, region, times: 1 }, awsFaults.hang),
    pods: {
      hooks: {
        started: async (container, run) => {
          if (container !== 'aws' || asked() > before) return;
          await waitFor('AWS to be asked', () => asked() > before);
          run.kill();
        },
      },
    },
  };
}

const CUT_OFF =
  /^\[Terminated\] Refreshing the Secret .* If this log ends without OK or FAILED, the pod was stopped, and the Secret/;
const CUT_OFF_AFTER_OK = /^\[Terminated\] OK\. The container kubectl now applies the Secret aws-registry in: hub-/;

const kills: Expected = [
  [
    'killed in the middle of the script, and tried again',
    { condition: 'Complete', tries: 2, secret: ['new'], line: /^OK\. The token is fresh and may push\.$/ },
    (subject) => ({ ...killedWhileAsking(subject), tries: 2 }),
  ],
  [
    'killed before the first container',
    { secret: ['kept'], line: /^\[Terminated\] \(no line\)$/ },
    killed({ beforeContainer: at('aws') }),
  ],
  ['killed in the middle of the script', { secret: ['kept'], line: CUT_OFF }, (subject) => killedWhileAsking(subject)],
  [
    'killed between the containers',
    { secret: ['kept'], line: CUT_OFF_AFTER_OK },
    killed({ afterContainer: at('aws') }),
  ],
  [
    'killed while kubectl waits for its answer',
    { secret: ['kept'], line: CUT_OFF_AFTER_OK },
    (subject) => {
      const path = new RegExp(`/namespaces/${subject.namespaces[0]}/secrets/${subject.secretName}\\b`);
      return {
        inject: () => proxy.inject({ path }, 'hang'),
        pods: {
          hooks: {
            started: async (container, run) => {
              if (container !== 'kubectl') return;
              await waitFor('kubectl to ask', () =>
                proxy.requests.some((one) => one.status === 0 && path.test(one.path)),
              );
              run.kill();
            },
          },
        },
      };
    },
  ],
  [
    'killed after both containers',
    { secret: ['new'], line: /^\[Terminated\] secret\/aws-registry serverside-applied$/ },
    killed({ afterContainer: at('kubectl') }),
  ],
];

describe('the pod is killed', () => {
  beforeAll(async () => {
    await table.tryAll(casesOf(kills), await lanes());
  });

  test.each(kills)('%s', (name, outcome) => expectRow(table, name, outcome));
});

let made: Promise<Subject[]> | undefined;
/** Independent refreshers, so that faults can be tried in parallel. */
function lanes(): Promise<Subject[]> {
  return (made ??= Promise.all(REGIONS.map((region) => table.install([region]))));
}

test('two runs at once: the Secret comes from one of them', async () => {
  const name = 'two runs at once';
  const [subject] = await lanes();
  let waiting = 0;
  const hooks: PodHooks = {
    beforeContainer: async (container) => {
      if (container !== 'kubectl') return;
      waiting += 1;
      await waitFor('both runs to reach kubectl', () => waiting === 2);
    },
  };
  let other: Promise<{ condition: string }> | undefined;
  const meanwhile = (): Promise<unknown> => (other = table.run(subject, { pods: { hooks } }));
  await table.tryAll([[name, () => ({ pods: { hooks }, meanwhile })]], [subject]);

  expectRow(table, name, { condition: 'Complete', secret: ['new'], line: /^OK\. The token is fresh and may push\.$/ });
  expect(await other).toMatchObject({ condition: 'Complete' });
});

describe('several namespaces', () => {
  const filling =
    (pages: number): Case[1] =>
    () => ({
      pods: {
        hooks: {
          beforeContainer: (container, run) => {
            if (container === 'aws') fillVolume(run.volume('manifests'), pages);
          },
        },
      },
    });
  const FULL = /^FAILED: the volume \/manifests is full .* To do: give the volume manifests a larger sizeLimit\./;
  const expected: Expected = [
    ['the volume is full', { secret: ['kept', 'kept', 'kept'], line: FULL }, filling(0)],
    [
      'the volume is full at the second namespace',
      { secret: ['kept', 'kept', 'kept'], line: FULL },
      // a manifest is almost a page long
      filling(1),
    ],
    [
      'killed when the manifests are written',
      { secret: ['kept', 'kept', 'kept'], line: /^\[Terminated\] .*new token, expires/ },
      (subject) => killedWhileAsking(subject, 'CreateRepository'),
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
