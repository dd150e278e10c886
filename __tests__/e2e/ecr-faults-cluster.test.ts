import {
  type ApiFault,
  type ApiProxy,
  conflict,
  internalError,
  type Silence,
  tooManyRequests,
} from './support/api-proxy';
import { EcrCluster } from './support/ecr';
import { casesOf, type Expected, expectRow } from './support/fault-expectations';
import { type Case, FaultTable, type Subject } from './support/fault-table';
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
  table?.print('What the cluster does wrong');
  await cluster?.stop();
});

const secretsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;
/** The requests for a refresher's Secret, in one of its namespaces or in all. */
const pathOf = ({ namespaces, secretName }: Subject, only?: string): RegExp =>
  new RegExp(`/namespaces/(${only ?? namespaces.join('|')})/secrets/${secretName}\\b`);

const refusing =
  (fault: ApiFault | Silence, times?: number): Case[1] =>
  (subject) => ({ inject: () => proxy.inject({ method: 'PATCH', path: pathOf(subject), times }, fault) });

const refusals: Expected = [
  ['the API server says 409', { secret: ['kept'], line: /server-side-apply\/#conflicts$/ }, refusing(conflict)],
  [
    'the API server says 429',
    { secret: ['kept'], line: /^Error from server \(TooManyRequests\): .*too many requests/ },
    refusing({ ...tooManyRequests, retryAfter: undefined }),
  ],
  [
    'the API server says 429 twice, and when to ask again',
    { condition: 'Complete', secret: ['new'], line: /^OK\. The token is fresh and may push\.$/ },
    refusing(tooManyRequests, 2),
  ],
  [
    'the API server says 500',
    { secret: ['kept'], line: /^Error from server \(InternalError\): .*leader changed/ },
    refusing(internalError),
  ],
  [
    'the connection to the API server breaks',
    { secret: ['kept'], line: /^Unable to connect to the server/ },
    refusing('reset'),
  ],
  ["the API server's answer is lost", { secret: ['new'], line: /^Unable to connect to the server/ }, refusing('lost')],
  [
    'the API server does not answer until the deadline of the Job',
    { secret: ['kept'], line: /^\[DeadlineExceeded\] \[Deleted\] OK\. The container kubectl now applies/ },
    (subject) => ({ ...refusing('hang')(subject), patch: ({ spec }) => (spec.activeDeadlineSeconds = 8) }),
  ],
  [
    'the role binding is gone',
    { secret: ['kept'], line: /^Error from server \(Forbidden\): .*cannot patch resource "secrets"/ },
    ({ refresher, namespaces: [namespace] }) => ({
      inject: async () => {
        const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
        await cluster.plane.api.delete(`${bindings}/${refresher.name}`);
        return () => cluster.apply(refresher);
      },
    }),
  ],
];

// --- changes of the Secret by others ---

/** Another writer becomes the owner of the fields. */
async function overwrite(namespace: string, name: string, content: object): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, ...content };
  const args = ['apply', '--server-side', '--force-conflicts', '--field-manager=another', '-f', '-'];
  await cluster.plane.kubectl(args, { input: JSON.stringify(manifest) });
}

const TYPE = 'kubernetes.io/dockerconfigjson';
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const HELP = /^(?=.*field is immutable)/;

/** Replaces our Secret by another one, until somebody does what the log says. */
const replaced =
  (type: string, data: Record<string, string>, immutable?: boolean): Case[1] =>
  ({ namespaces: [namespace], secretName: name }) => ({
    inject: async () => {
      const path = `${secretsOf(namespace)}/${name}`;
      await cluster.plane.api.delete(path);
      await cluster.plane.api.post(secretsOf(namespace), { metadata: { name }, type, data, immutable });
      return () => cluster.plane.api.delete(path);
    },
  });

const others: Expected = [
  [
    'the Secret was deleted by hand',
    { condition: 'Complete', secret: ['new'], line: /^OK\. The token is fresh and may push\.$/ },
    ({ namespaces: [namespace], secretName }) => ({
      inject: async () => {
        await cluster.plane.api.delete(`${secretsOf(namespace)}/${secretName}`);
        return () => undefined;
      },
    }),
  ],
  [
    'another writer emptied the Secret',
    { condition: 'Complete', secret: ['new'], line: /^OK\. The token is fresh and may push\.$/ },
    ({ namespaces: [namespace], secretName }) => ({
      inject: async () => {
        await overwrite(namespace, secretName, { type: TYPE, data: { '.dockerconfigjson': encoded('{}') } });
        return () => undefined;
      },
    }),
  ],
  [
    'the Secret has another type',
    { secret: ['kept'], line: HELP },
    replaced('kubernetes.io/dockercfg', { '.dockercfg': encoded('{}') }),
  ],
  [
    'the Secret is marked immutable',
    { secret: ['kept'], line: HELP },
    replaced(TYPE, { '.dockerconfigjson': encoded('{"auths":{}}') }, true),
  ],
];

describe.each([
  ['it says no', refusals],
  ['other hands', others],
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
  for (const [name] of [...refusals, ...others]) {
    const { condition, log } = table.row(name);
    if (condition === 'Complete') continue;
    expect(log).toMatch(/To do where it says 'field is immutable': delete the Secret that is there, no refresh can/);
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
      // else it takes up to half a minute to look again
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
