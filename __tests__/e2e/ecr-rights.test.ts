import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { EcrCluster, type Installed } from './support/ecr';

// Tries what the refresher's service account may do, with its own tokens. Each refused request is for an object that
// exists, so that no answer can be "not found".

jest.setTimeout(120_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const SECRET = 'aws-registry';

let cluster: EcrCluster;
let refresher: Installed;
/** The first two namespaces get the Secret. The refresher has nothing to do with the third. */
let home: string;
let second: string;
let other: string;
let token: string;

beforeAll(async () => {
  cluster = await EcrCluster.start();
  [home, second, other] = [await cluster.namespace(), await cluster.namespace(), await cluster.namespace()];
  refresher = await cluster.install(`
targetNamespace: [${home}, ${second}]
aws: { account: "123456789012", region: eu-west-1 }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: ${SECRET}
`);
  token = await cluster.plane.serviceAccountToken(home, refresher.name);
});

afterAll(async () => {
  await cluster?.stop();
});

interface Answer {
  readonly status: number;
  readonly reason?: string;
}

/** A request with a service account's token, without the requests that kubectl would make before. */
function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
  const types: Record<string, string> = { PATCH: 'application/apply-patch+yaml' };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: cluster.plane.port,
        ca: readFileSync(cluster.plane.tls.caFile),
        agent: false,
        method,
        path,
        headers: { authorization: `Bearer ${token}`, 'content-type': types[method] ?? 'application/json', ...headers },
      },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const { reason } = (received.startsWith('{') ? JSON.parse(received) : {}) as { reason?: string };
          resolve({ status: answer.statusCode ?? 0, reason });
        });
      },
    );
    sent.once('error', reject);
    sent.end(text);
  });
}

const APPLY = '?fieldManager=token-refresher&force=true';
const secrets = (namespace: string, rest = ''): string => `/api/v1/namespaces/${namespace}/secrets${rest}`;
const secret = (namespace: string, name = SECRET): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') },
});

describe.each(['home', 'second'] as const)('in the namespace that is %s', (which) => {
  const namespace = (): string => (which === 'home' ? home : second);

  test('it may create its one Secret, with the PATCH of server-side apply, and patch it', async () => {
    const path = secrets(namespace(), `/${SECRET}${APPLY}`);

    expect(await ask('PATCH', path, secret(namespace()))).toEqual({ status: 201 });
    expect(await ask('PATCH', path, secret(namespace()))).toEqual({ status: 200 });
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect(await ask('PATCH', path.replace(APPLY, ''), { metadata: { labels: {} } }, merge)).toEqual({ status: 200 });
  });

  test('kubectl lists these rights and no others', async () => {
    const list = await cluster.plane.kubectl(['auth', 'can-i', '--list', '-n', namespace()], { token });

    const columns = list.split('\n').map((line) => line.split(/\s{2,}/).map((column) => column.trim()));
    // the rights of every authenticated account: to ask who it is and what it may do, and to read the API's description
    const own = columns.filter(
      ([resource, urls]) => resource && !/^selfsubject|^Resources/.test(resource) && urls === '[]',
    );
    expect(own).toEqual([['secrets', '[]', `[${SECRET}]`, '[create patch]']]);
  });
});

interface Refused {
  readonly what: string;
  readonly request: () => Parameters<typeof ask>;
}

const refused: Refused[] = [
  // the one Secret
  { what: 'read it', request: () => ['GET', secrets(home, `/${SECRET}`)] },
  { what: 'replace it', request: () => ['PUT', secrets(home, `/${SECRET}`), secret(home)] },
  { what: 'delete it', request: () => ['DELETE', secrets(home, `/${SECRET}`)] },
  { what: 'create it with a POST', request: () => ['POST', secrets(home), secret(home)] },
  // others
  { what: 'list Secrets', request: () => ['GET', secrets(home)] },
  { what: 'list the one', request: () => ['GET', secrets(home, `?fieldSelector=metadata.name=${SECRET}`)] },
  { what: 'watch Secrets', request: () => ['GET', secrets(home, '?watch=true')] },
  {
    what: 'watch the one',
    request: () => ['GET', secrets(home, `?watch=true&fieldSelector=metadata.name=${SECRET}`)],
  },
  { what: 'delete all Secrets', request: () => ['DELETE', secrets(home)] },
  { what: 'list Secrets of the cluster', request: () => ['GET', '/api/v1/secrets'] },
  { what: 'create another Secret', request: () => ['PATCH', secrets(home, `/new${APPLY}`), secret(home, 'new')] },
  { what: 'patch another Secret', request: () => ['PATCH', secrets(home, `/theirs${APPLY}`), secret(home, 'theirs')] },
  { what: 'read another Secret', request: () => ['GET', secrets(home, '/theirs')] },
  { what: 'delete another Secret', request: () => ['DELETE', secrets(home, '/theirs')] },
  {
    what: 'apply the Secret in another namespace',
    request: () => ['PATCH', secrets(other, `/${SECRET}${APPLY}`), secret(other)],
  },
  { what: 'read the Secret in another namespace', request: () => ['GET', secrets(other, `/${SECRET}`)] },
  // other kinds, mainly those that lead to more rights
  { what: 'list pods', request: () => ['GET', `/api/v1/namespaces/${home}/pods`] },
  {
    what: 'create a pod',
    request: () => ['POST', `/api/v1/namespaces/${home}/pods`, { metadata: { name: 'x' }, spec: { containers: [] } }],
  },
  {
    what: 'apply a ConfigMap of the same name',
    request: () => [
      'PATCH',
      `/api/v1/namespaces/${home}/configmaps/${SECRET}${APPLY}`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SECRET, namespace: home } },
    ],
  },
  { what: 'read a ConfigMap', request: () => ['GET', `/api/v1/namespaces/${home}/configmaps/kube-root-ca.crt`] },
  ...['default', 'its own'].map((account) => ({
    what: `ask for a token of ${account} service account`,
    request: (): Parameters<typeof ask> => {
      const name = account === 'default' ? account : refresher.name;
      return ['POST', `/api/v1/namespaces/${home}/serviceaccounts/${name}/token`, { spec: { audiences: [] } }];
    },
  })),
  {
    what: 'widen its own Role',
    request: () => {
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: refresher.name } };
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${home}/roles/${refresher.name}${APPLY}`;
      return ['PATCH', path, { ...role, rules }];
    },
  },
  {
    what: 'bind itself to cluster-admin',
    request: () => [
      'POST',
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${home}/rolebindings`,
      {
        metadata: { name: 'more' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', name: refresher.name, namespace: home }],
      },
    ],
  },
  { what: 'read its CronJob', request: () => ['GET', `/apis/batch/v1/namespaces/${home}/cronjobs/${refresher.name}`] },
  { what: 'create a Job', request: () => ['POST', `/apis/batch/v1/namespaces/${home}/jobs`, { metadata: {} }] },
  { what: 'read a namespace', request: () => ['GET', `/api/v1/namespaces/${home}`] },
  { what: 'list nodes', request: () => ['GET', '/api/v1/nodes'] },
  {
    what: 'act for the administrator',
    request: () => [
      'GET',
      secrets(home),
      undefined,
      { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' },
    ],
  },
];

describe('everything else is forbidden', () => {
  beforeAll(async () => {
    await Promise.all([
      cluster.plane.api.post(secrets(home), secret(home, 'theirs')),
      cluster.plane.api.post(secrets(other), secret(other)),
    ]);
  });

  test.each(refused)('$what', async ({ request: made }) => {
    expect(await ask(...made())).toEqual({ status: 403, reason: 'Forbidden' });
  });
});

test('the rights are enough for its own pod, in both namespaces', async () => {
  await cluster.completeFirstJob(refresher);

  const [one, two] = [await cluster.secret(home, SECRET), await cluster.secret(second, SECRET)];
  expect(one?.data).toEqual(two?.data);
  expect(one?.metadata.annotations).toHaveProperty(['push-secret/refreshed-at']);
});
