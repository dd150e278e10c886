import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { internalError } from './support/api-proxy';
import { awsFaults } from './support/aws';
import { dockerConfig, EcrCluster } from './support/ecr';
import { ACCOUNT, type Fault, FaultTable, fillVolume, type Subject } from './support/fault-table';
import { LeakWatch, TokenSearch, TRACED } from './support/leak-search';
import type { Pod } from './support/pod';

// Tokens must not be in any log, event, object, argument, variable or file outside the volume in memory, during a run or
// after it, whether it succeeds or fails.

jest.setTimeout(120_000);

const ROLE = `arn:aws:iam::${ACCOUNT}:role/ecr-push`;

let cluster: EcrCluster;
let table: FaultTable;
let subject: Subject;

beforeAll(async () => {
  cluster = await EcrCluster.start();
  table = new FaultTable(cluster);
  const namespaces = [await cluster.namespace(), await cluster.namespace()];
  subject = await table.install(['eu-west-1', 'us-east-1'], {
    namespaces,
    identity: ROLE,
    pods: {},
    aws: `, roleArn: "${ROLE}", ensureRepository: true`,
  });
});

afterAll(() => cluster?.stop());

/** Runs the refresher under observation. `watch` gets everything that can be read of it. */
async function observe(watch: LeakWatch, fault: Fault = {}): Promise<string> {
  const undo = await fault.inject?.();
  const { hooks: watching, ...options } = watch.pods;
  const hooks = { ...watching, ...fault.pods?.hooks };
  const usual = subject.pods?.webhook;
  const webhook = (pod: Pod): void => {
    usual?.(pod);
    fault.pods?.webhook?.(pod);
  };
  const job = await table.run(subject, { ...fault, pods: { ...options, hooks, webhook } });
  await undo?.();
  watch.noteJob(job);
  for (const namespace of subject.namespaces) await watch.noteObjects(cluster, namespace);
  return job.condition;
}

const issued = (): TokenSearch => new TokenSearch(cluster.aws.issued.map(({ password }) => password));

describe('the search', () => {
  const password = Buffer.from(Array.from({ length: 400 }, (_, i) => (i * i + 7 * i) % 256)).toString('base64');
  const auth = Buffer.from(`AWS:${password}`).toString('base64');
  const search = new TokenSearch([password]);
  const encoded = (text: string): string => Buffer.from(text).toString('base64');

  const forms: [string, string | Buffer][] = [
    ['the password', `x ${password} x`],
    ['a piece of the password', `"${password.slice(101, 101 + 47)}"`],
    ['the token', `auth: ${auth}`],
    ['a piece of the token', auth.slice(-60)],
    ['the token, URL-safe', auth.replaceAll('+', '-').replaceAll('/', '_')],
    ...['', 'x', 'xx'].map((before): [string, string] => [
      `the base64 of a docker config, moved by ${before.length}`,
      encoded(`${before}{"auths":{"host":{"auth":"${auth}"}}}`),
    ]),
    ...['', 'x', 'xx'].map((before): [string, string] => [
      `the base64 of the password, moved by ${before.length}`,
      encoded(`${before}user:${password}`),
    ]),
    ['the password in hex', Buffer.from(password).toString('hex')],
    ['folded lines', auth.replace(/.{76}/g, '$&\n')],
    ['bytes around it', Buffer.concat([Buffer.from([0, 255]), Buffer.from(password), Buffer.from([0])])],
  ];
  test.each(forms)('finds %s', (_what, text) => expect(search.isIn(text)).toBe(true));

  test.each([
    ['nothing', ''],
    ['another token', encoded(`AWS:${password.split('').reverse().join('')}`)],
    ['the beginning that all tokens share', auth.slice(0, 20)],
    ['the name of a host and a role', `${ROLE} ${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`],
  ])('does not find %s', (_what, text) => expect(search.isIn(text)).toBe(false));
});

test('a planted token is found in every place', async () => {
  const watch = new LeakWatch();
  const file = join(tmpdir(), `primehub-e2e-planted-${process.pid}`);
  // code that somebody could write to debug the script
  const leak = [
    'echo "$token" | tail -c 100',
    // runs long enough to be seen on a slow machine; `:` keeps the shell from replacing itself with `sleep`
    'export token; sh -c "sleep 3; :" sh "$token"',
    'echo "$auths" | base64 >/dev/shm/leak',
    'echo "$token" | head -c 200 >/dev/termination-log',
  ].join('; ');
  const condition = await observe(watch, {
    pods: {
      webhook: ({ spec }) => {
        const [aws] = spec.initContainers ?? [];
        aws.args = aws.args?.map((arg) => arg.replace('  previous=$key\n', `  previous=$key\n${leak}\n`));
      },
    },
  });
  const { password } = cluster.aws.issued.at(-1)!;
  const [namespace] = subject.namespaces;
  await cluster.plane.api.post(`/api/v1/namespaces/${namespace}/events`, {
    metadata: { name: 'planted', namespace },
    involvedObject: { namespace },
    message: `pulled with ${Buffer.from(`xx${password}`).toString('base64').slice(40, 140)}`,
  });
  await cluster.plane.api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
    metadata: { name: 'planted' },
    data: { config: dockerConfig(await cluster.secret(namespace, subject.secretName)).toString('base64') },
  });
  await watch.noteObjects(cluster, namespace);
  writeFileSync(file, `{"secret": "${password}"}`);

  try {
    expect(condition).toBe('Complete');
    expect(watch.places(issued())).toEqual([
      'argument of a process',
      'argument or variable of a program that was started',
      'configmaps',
      'events',
      `file ${file}`,
      'log',
      // the status holds the termination message
      'pods',
      'shared memory',
      'termination message',
      'variable of a process',
    ]);
  } finally {
    rmSync(file);
    await cluster.plane.api.delete(`/api/v1/namespaces/${namespace}/events/planted`);
    await cluster.plane.api.delete(`/api/v1/namespaces/${namespace}/configmaps/planted`);
    await cluster.plane.kubectl(['delete', 'jobs', '--all', '-n', namespace, '--wait=true']);
  }
});

describe('a run that', () => {
  const secretPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;
  const runs: [string, string, () => Fault][] = [
    ['succeeds with a shell that traces', 'Complete', () => ({ pods: TRACED })],
    [
      'gets a truncated answer for its second region',
      'Failed',
      () => ({
        inject: () => cluster.aws.inject({ action: 'GetAuthorizationToken', region: 'us-east-1' }, awsFaults.truncated),
      }),
    ],
    [
      'gets a valid token followed by garbage',
      'Failed',
      () => ({
        inject: () =>
          cluster.aws.inject(
            { action: 'GetAuthorizationToken', region: 'us-east-1' },
            awsFaults.alter((body) => body.replace(/("authorizationToken": ?"[^"]+)"/, '$1\'$(x)"')),
          ),
      }),
    ],
    [
      'gets its token in an error of AWS',
      'Failed',
      () => ({
        inject: () =>
          cluster.aws.inject(
            { action: 'GetAuthorizationToken', region: 'us-east-1' },
            awsFaults.error(400, 'InvalidParameterException', `not the token ${cluster.aws.issued[0].auth}`),
          ),
      }),
    ],
    [
      'finds its volume full',
      'Failed',
      () => ({
        pods: {
          hooks: {
            beforeContainer: (container, run) => {
              if (container === 'aws') fillVolume(run.volume('manifests'), 1);
            },
          },
        },
      }),
    ],
    [
      'meets a failing API server',
      'Failed',
      () => ({
        inject: async () => {
          const proxy = await cluster.plane.startProxy();
          proxy.inject({ method: 'PATCH' }, internalError);
          cluster.kubelet.apiPort = proxy.port;
          return () => (cluster.kubelet.apiPort = cluster.plane.port);
        },
      }),
    ],
    [
      'meets a Secret of another type',
      'Failed',
      () => ({
        inject: async () => {
          const [namespace] = subject.namespaces;
          const path = `${secretPath(namespace)}/${subject.secretName}`;
          await cluster.plane.api.delete(path);
          await cluster.plane.api.post(secretPath(namespace), { metadata: { name: subject.secretName } });
          return () => cluster.plane.api.delete(path);
        },
      }),
    ],
  ];

  test.each(runs)('%s leaves no token', async (_what, condition, fault) => {
    const watch = new LeakWatch();
    const issuedBefore = cluster.aws.issued.length;

    expect(await observe(watch, fault())).toBe(condition);

    expect(cluster.aws.issued.length).toBeGreaterThan(issuedBefore);
    expect(watch.places(issued())).toEqual([]);
    // the search really ran, and there were tokens to find
    expect(watch.count('argument of a process')).toBeGreaterThan(3);
    expect(watch.count('variable of a process')).toBeGreaterThan(1);
    expect(watch.manifests.some((text) => issued().isIn(text))).toBe(
      condition === 'Complete' || watch.manifests.length > 0,
    );
  });
});
