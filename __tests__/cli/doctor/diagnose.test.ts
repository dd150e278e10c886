import { NOT_INSTALLED } from '../../../cli/doctor/kubectl';
import { diagnose, DiagnoseOptions, formatDiagnosis, KubeObject, Line } from '../../../cli/doctor';
import { firstJob, healthy, NOW, object, PASSWORD, recorded, Recording, registry } from './support/recorded';

const ecr = registry('ecr');
const dockerhub = registry('dockerhub');

interface State extends Recording, Partial<Pick<DiagnoseOptions, 'registries' | 'context' | 'dist'>> {
  /** Objects that replace those of a healthy cluster with the same kind and name, or are added to them. */
  readonly objects?: readonly KubeObject[];
  readonly without?: (object: KubeObject) => boolean;
}

function look({ objects = [], without = () => false, ...more }: State = {}): Promise<Line[]> {
  const { registries = [ecr] } = more;
  const id = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace}/${metadata.name}`;
  const changed = new Map(
    [...registries.flatMap(healthy).filter((one) => !without(one)), ...objects].map((one) => [id(one), one]),
  );
  return diagnose({ ...more, registries, now: NOW, kubectl: recorded([...changed.values()], more) });
}

const codes = (lines: readonly Line[]): string[] =>
  lines.filter(({ level }) => level !== 'ok').map(({ level, code }) => `${level} ${code}`);

const find = (kind: string): KubeObject => healthy(ecr).find((one) => one.kind === kind)!;

test('for a healthy registry all lines are ok', async () => {
  expect(codes(await look())).toEqual([]);
  expect(codes(await look({ registries: [dockerhub] }))).toEqual([]);
});

const rule = { ...object('monitoring.coreos.com/v1', 'PrometheusRule', 'ecr', 'hub'), spec: { groups: [] } };
const policy = object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'ecr');
const withRule = { ...ecr, manifests: [...ecr.manifests, rule] };
const failedJob = {
  ...find('Job'),
  status: {
    failed: 1,
    conditions: [
      { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: NOW.toISOString() },
    ],
  },
};
const noPods = [/get pods/, { status: 0, stdout: '{"items":[]}' }] as [RegExp, object];

const STATES: Record<string, [State, string[]]> = {
  'Kubernetes before a CronJob had a timeZone': [{ minor: '26' }, ['wrong version-too-old']],
  'Kubernetes before admission policies': [
    { minor: '29', registries: [{ ...ecr, manifests: [...ecr.manifests, policy] }] },
    ['wrong version-too-old'],
  ],
  'old Kubernetes, which is new enough for a login': [{ minor: '21', registries: [dockerhub] }, []],
  'an operator that serves older versions only': [
    { registries: [withRule], groups: { 'monitoring.coreos.com': ['v1beta1'] } },
    ['wrong operator-too-old'],
  ],
  'no operator': [{ registries: [withRule] }, ['wrong operator-missing']],
  'an installed operator': [{ registries: [withRule], groups: { 'monitoring.coreos.com': ['v1', 'v1beta1'] } }, []],
  'no namespace is one line': [{ without: ({ kind }) => kind === 'Namespace' }, ['wrong namespace-missing']],
  'no PrimeHub': [{ without: ({ metadata }) => metadata.name.startsWith('primehub') }, ['unknown primehub-not-found']],
  'PrimeHub in the second namespace alone': [
    {
      registries: [{ ...dockerhub, namespaces: ['jobs', 'hub'] }],
      objects: healthy(dockerhub),
      without: ({ metadata, kind }) => metadata.namespace === 'jobs' && kind !== 'Secret',
    },
    [],
  ],
  'PrimeHub without its console': [
    { without: ({ metadata }) => metadata.name === 'primehub-console' },
    ['unknown primehub-console-not-found'],
  ],
  'settings of PrimeHub that are not YAML': [
    { objects: [{ ...object('v1', 'ConfigMap', 'primehub-controller-config', 'hub'), data: { 'config.yaml': '{' } }] },
    ['unknown primehub-settings-unreadable'],
  ],
  'a refresher that is new': [
    {
      objects: [{ ...find('Job'), status: {} }],
      fails: [[/get pods/, { status: 0, stdout: '{"items":[{"metadata":{}}]}' }]],
    },
    ['unknown refresher-no-success-yet', 'unknown first-job-active'],
  ],
  'a refresher that never succeeded': [
    {
      objects: [
        { ...failedJob, status: {} },
        { ...find('CronJob'), metadata: { ...find('CronJob').metadata, creationTimestamp: '2026-05-01T00:00:00Z' } },
      ],
      fails: [noPods],
    },
    ['wrong refresher-never-succeeded', 'wrong first-job-stuck'],
  ],
  'a first Job that failed before a later success': [
    {
      objects: [
        failedJob,
        { ...find('CronJob'), status: { lastSuccessfulTime: new Date(NOW.getTime() + 1000).toISOString() } },
      ],
    },
    [],
  ],
  'a run that failed in the second of a success': [
    { objects: [failedJob, { ...find('CronJob'), status: { lastSuccessfulTime: NOW.toISOString() } }] },
    [],
  ],
  'a run that was made in the second of a success': [
    {
      objects: [
        {
          ...find('Job'),
          metadata: { ...find('Job').metadata, creationTimestamp: NOW.toISOString() },
          status: { failed: 1 },
        },
        { ...find('CronJob'), status: { lastSuccessfulTime: NOW.toISOString() } },
      ],
    },
    ['wrong first-job-failing'],
  ],
  'a pod that no node takes': [
    {
      objects: [
        { ...find('Job'), status: {} },
        {
          ...object('v1', 'Pod', 'pod', 'hub'),
          metadata: { name: 'pod', namespace: 'hub', labels: { 'job-name': firstJob(ecr) } },
          status: { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] },
        },
      ],
    },
    ['unknown refresher-no-success-yet', 'wrong first-job-stuck'],
  ],
  'an API server that fails now and then': [
    { fails: [[/get role\./, { stderr: 'Error from server (InternalError): try again' }]] },
    ['unknown not-read'],
  ],
  'a certificate of the server that is not trusted': [
    { fails: [[/version/, { stderr: 'error: x509: certificate signed by unknown authority' }]] },
    ['wrong not-reachable'],
  ],
  'no kubectl': [{ fails: [[/version/, { status: null, stderr: NOT_INSTALLED }]] }, ['wrong not-reachable']],
};

test.each(Object.entries(STATES))('%s', async (_, [state, expected]) => {
  expect(codes(await look(state))).toEqual(expected);
});

test('without kubectl no command of kubectl is proposed', async () => {
  const [line] = await look({ fails: [[/version/, { status: null, stderr: NOT_INSTALLED }]] });
  expect(line.command).toBeUndefined();
  expect(line.message).toContain('install it');
});

test.each([
  ['the pods are gone', 'FAILED: from the log\n', /It said: FAILED: from the log/],
  ['the log is gone too', '', /Its pods and their logs are gone/],
])('why a run failed, where %s', async (_, logs, said) => {
  const lines = await look({ objects: [failedJob], logs });

  expect(codes(lines)).toContain('wrong first-job-failed');
  expect(lines.find(({ code }) => code === 'first-job-failed')?.message).toMatch(said);
});

test('a password that another program prints is hidden', async () => {
  const lines = await look({
    objects: [failedJob],
    logs: `docker login -p ${PASSWORD}`,
    fails: [[/get role\./, { stderr: `error: exec plugin: ${PASSWORD}` }]],
  });

  expect(JSON.stringify(lines)).toContain('exec plugin: [...]');
  expect(JSON.stringify(lines)).toContain('docker login -p [...]');
  expect(JSON.stringify(lines)).not.toContain(PASSWORD);
});

test('commands name the context and the folder, quoted for a shell', async () => {
  const lines = await look({
    context: "it's prod",
    dist: 'dist prod',
    without: ({ kind }) => kind === 'Role' || kind === 'Namespace',
    objects: [object('v1', 'Namespace', 'hub')],
  });

  expect(lines.find(({ code }) => code === 'role-missing')?.command).toBe(
    `kubectl --context 'it'\\''s prod' apply -f 'dist prod/ecr.k8s.yaml'`,
  );
});

test('for people: the cluster first, what is wrong first, each with its command', () => {
  const lines: Line[] = [
    { registry: 'ecr', level: 'ok', code: 'a', message: 'right' },
    { registry: 'ecr', level: 'wrong', code: 'b', message: 'not right', command: 'kubectl fix-it' },
    { level: 'unknown', code: 'c', message: 'not seen', command: 'kubectl look' },
  ];

  expect(formatDiagnosis(lines)).toBe(`cluster
  ?     not seen
        look: kubectl look

ecr
  WRONG not right
        fix: kubectl fix-it
  ok    right

1 wrong, 1 unknown, 1 right
`);
  expect(formatDiagnosis(lines, true)).toContain('  \x1b[31mWRONG\x1b[39m not right\n');
});
