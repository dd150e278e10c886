import { dirname, join } from 'node:path';
import { diagnose, formatDiagnosis, type Kubectl, type Line, readingKubectl } from '../../cli/doctor';
import { DoctorCluster } from './support/doctor/cluster';
import { CLUSTER } from './support/doctor/states-cluster';
import { OBJECTS } from './support/doctor/states-objects';
import { PRIMEHUB } from './support/doctor/states-primehub';
import { RUNS } from './support/doctor/states-runs';
import { SECRETS } from './support/doctor/states-secrets';
import { program } from '../support/run-app';
import { run } from './support/process';
import { requireTools, tool } from './support/tools';

// The doctor in a real cluster. At first everything is right. Then one thing after the other is broken, found by its
// code, and fixed with the command that the doctor proposes.

jest.setTimeout(60_000);

let cluster: DoctorCluster;
let kubectl: Kubectl;
/** Everything that the doctor printed, for people and for programs. */
const said: string[] = [];

beforeAll(async () => {
  requireTools('helm');
  cluster = await DoctorCluster.start();
  process.env.KUBECONFIG = cluster.plane.kubeconfig;
  kubectl = readingKubectl({ program: tool('kubectl') });
}, 120_000);

afterAll(async () => {
  await cluster?.stop();
});

async function look(options: Partial<Parameters<typeof diagnose>[0]> = {}): Promise<Line[]> {
  const lines = await diagnose({ registries: cluster.registries, kubectl, dist: cluster.dist, ...options });
  said.push(JSON.stringify(lines), formatDiagnosis(lines));
  return lines;
}

const notRight = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level !== 'ok');
const wrong = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level === 'wrong');

test('if everything is right, there is no alarm', async () => {
  const lines = await look();

  expect(notRight(lines)).toEqual([]);
  expect(new Set(lines.map(({ registry }) => registry))).toEqual(
    new Set([undefined, 'ecr', 'dockerhub', 'quay', 'harbor']),
  );
});

test('the command prints the same, as text and as JSON', async () => {
  const folder = join(cluster.dist, '../registries');
  const command = (...args: string[]) =>
    run(process.execPath, [program('cli/index.ts'), 'doctor', folder, '--out', cluster.dist, ...args], {
      // No registry is asked about the logins, as the names of the registries are real ones.
      env: {
        PATH: `${dirname(tool('kubectl'))}:${process.env.PATH}`,
        HOME: join(cluster.dist, '..'),
        KUBECONFIG: cluster.plane.kubeconfig,
        HTTPS_PROXY: 'http://127.0.0.1:1',
      },
    });
  const json = await command('--json');
  expect(json).toMatchObject({ code: 0, stderr: '' });
  const { ok, lines } = JSON.parse(json.stdout) as { ok: boolean; lines: Line[] };
  const expected = await look();
  expect(ok).toBe(true);
  const codes = (of: readonly Line[]) => of.map(({ code }) => code).sort();
  expect(codes(lines.filter(({ code }) => code !== 'not-reachable'))).toEqual(codes(expected));
  expect(lines.filter(({ code }) => code === 'not-reachable')).toHaveLength(4);
  const people = await command();
  expect(people.code).toBe(0);
  expect(people.stdout).toMatch(/0 wrong, 4 unknown, \d+ right\n$/);
  said.push(json.stdout, people.stdout);

  const nowhere = await command('--context', 'no-such-context');
  expect(nowhere.code).toBe(1);
  expect(nowhere.stdout).toContain('1 wrong');
});

describe.each([...CLUSTER, ...SECRETS, ...OBJECTS, ...RUNS, ...PRIMEHUB])('$title', (state) => {
  let found: Line[];

  test(`is found: ${state.codes.join(', ')}`, async () => {
    await state.break?.(cluster);

    found = wrong(await look(state.options?.(cluster)));

    expect(found.map(({ code }) => code).sort()).toEqual(state.codes);
    expect(formatDiagnosis(found)).toMatch(state.says ?? /./);
  });

  test('everything is right again after the fix', async () => {
    if (state.mend === undefined) {
      for (const { command, message } of found) {
        if (command === undefined) throw new Error(`no command for: ${message}`);
        await cluster.shell(command);
      }
    } else {
      await state.mend(cluster);
    }
    if (state.play) await cluster.playRefresher();

    expect(notRight(await look())).toEqual([]);
  });
});

/** kubectl with a service account that has only these rights. */
async function kubectlOf(name: string, ...rules: object[]): Promise<Kubectl> {
  const metadata = { name, namespace: 'hub' };
  const rbac = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules },
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, roleRef: rbac },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ];
  await cluster.apply({ apiVersion: 'v1', kind: 'List', items });
  const token = await cluster.plane.serviceAccountToken('hub', name);
  return async (args) => {
    const { code, stdout, stderr } = await cluster.plane.tryKubectl(args, { token });
    return { status: code, stdout, stderr };
  };
}

test('people who may not read Secrets and cluster objects learn which rights they lack', async () => {
  const reader = await kubectlOf('reader', {
    apiGroups: ['', 'apps', 'batch', 'rbac.authorization.k8s.io', 'monitoring.coreos.com'],
    resources: ['configmaps', 'deployments', 'serviceaccounts', 'cronjobs', 'jobs', 'pods', 'roles', 'rolebindings'],
    verbs: ['get', 'list'],
  });

  const lines = notRight(await look({ kubectl: reader }));

  expect(new Set(lines.map(({ level, code }) => `${level} ${code}`))).toEqual(new Set(['unknown may-not-look']));
  const lacking = lines.map(({ message }) => /you do not have the right to (.*)$/.exec(message)?.[1]);
  expect(new Set(lacking)).toEqual(
    new Set([
      'get namespaces',
      'list cronjobs.batch in all namespaces',
      'list secrets in hub',
      'get secrets in hub',
      'get externalsecrets.external-secrets.io in hub',
      'get sealedsecrets.bitnami.com in hub',
      'get prometheusrules.monitoring.coreos.com in hub',
    ]),
  );
  for (const { command = '' } of lines) {
    // the proposed command asks for exactly this right
    const answer = await cluster.shell(`${command} --as=system:serviceaccount:hub:reader || true`);
    expect({ command, answer }).toEqual({ command, answer: 'no\n' });
  }
});

test('people without any rights get no false alarm', async () => {
  const lines = await look({ kubectl: await kubectlOf('nobody') });

  expect(wrong(lines)).toEqual([]);
});

test.each([
  ['a missing server', ['--server=https://127.0.0.1:1'], 'not-reachable'],
  ['a token that is no longer good', ['--token=dckr_pat_gone', '--kubeconfig=/dev/null'], 'not-logged-in'],
])('%s is one line', async (_, more, code) => {
  const server = more[0].startsWith('--server')
    ? []
    : [`--server=${cluster.plane.serverUrl}`, '--insecure-skip-tls-verify'];
  const lines = await look({ kubectl: (args) => kubectl([...args, ...more, ...server]) });

  expect(lines.map((line) => line.code)).toEqual([code]);
});

test('the registry is asked with the login of the Secret, and an answer that repeats the login is hidden', async () => {
  const lines = await look({
    askPushAccess: (registry, { username, password }) =>
      Promise.resolve({
        level: 'wrong',
        code: 'push-refused',
        message: `${registry.host} refuses ${username} ${password}`,
      }),
  });

  const refused = lines.filter(({ code }) => code === 'push-refused');
  expect(refused).toHaveLength(4);
  for (const { message } of refused) expect(message).toMatch(/ refuses \w+ \[\.\.\.\]$/);
});

test('no output shows a credential', () => {
  expect(cluster.secrets.length).toBeGreaterThan(10);
  for (const secret of cluster.secrets) expect(said.filter((text) => text.includes(secret))).toEqual([]);
});

test('doctor uses kubectl only to read', async () => {
  await expect(kubectl(['delete', 'namespace', 'hub'])).rejects.toThrow(
    'doctor only reads, so it does not run kubectl delete',
  );
});
