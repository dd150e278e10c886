import type { ApiClient } from './support/api-client';
import { EcrCluster, type Installed } from './support/ecr';
import { waitFor } from './support/process';

// What someone with the refresher's service account can do with `create` and `patch` on its one Secret, without the
// admission policy and with it. The API server is real, and so are its garbage collector and its token controller.

jest.setTimeout(180_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const SECRET = 'aws-registry';
const TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

let cluster: EcrCluster;
beforeAll(async () => {
  cluster = await EcrCluster.start();
});
afterAll(async () => {
  await cluster?.stop();
});

interface Answer {
  readonly status: number;
  readonly body: { readonly data?: Record<string, string>; readonly message?: string };
}

/** A refresher in its own namespace, after its first run, and requests with the token of its service account. */
class Scene {
  static async set(admissionPolicy: boolean): Promise<Scene> {
    const namespace = await cluster.namespace();
    const refresher = await cluster.install(`
targetNamespace: ${namespace}
aws: { account: "123456789012", region: eu-west-1, admissionPolicy: ${admissionPolicy}, pushCheck: false }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: ${SECRET}
`);
    const scene = new Scene(namespace, refresher, await cluster.plane.clientOf(namespace, refresher.name));
    // the API server needs some seconds until it applies a new policy
    if (admissionPolicy) {
      await waitFor('the admission policy to be in force', async () => {
        const { status } = await scene.apply({ type: 'Opaque' }, '&dryRun=All');
        return status === 422;
      });
    }
    return scene;
  }

  private constructor(
    readonly namespace: string,
    readonly refresher: Installed,
    private readonly account: ApiClient,
  ) {}

  readonly path = (): string => `/api/v1/namespaces/${this.namespace}/secrets/${SECRET}`;

  apply(change: object, query = ''): Promise<Answer> {
    const { metadata, ...rest } = change as { metadata?: object };
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: SECRET, namespace: this.namespace, ...metadata },
      type: 'kubernetes.io/dockerconfigjson',
      ...rest,
    };
    return this.patch('apply', body, `?fieldManager=token-refresher&force=true${query}`);
  }

  async patch(type: keyof typeof TYPES, body: object, query = ''): Promise<Answer> {
    const path = `${this.path()}${query}`;
    const { status, text } = await this.account.ask('PATCH', path, body, { 'content-type': TYPES[type] });
    return { status, body: JSON.parse(text) as Answer['body'] };
  }

  secret(): ReturnType<EcrCluster['secret']> {
    return cluster.secret(this.namespace, SECRET);
  }
}

/** An owner that does not exist, so that the garbage collector deletes the objects that it owns. */
const GONE = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-4000-8000-000000000000' }];
const stolen = (account: string): object => ({
  type: 'kubernetes.io/service-account-token',
  metadata: { annotations: { 'kubernetes.io/service-account.name': account } },
});

test('without the policy, it can read the Secret, get it deleted, and get the token of another service account', async () => {
  const scene = await Scene.set(false);
  await cluster.completeFirstJob(scene.refresher);

  const { body } = await scene.patch('merge', {});
  expect(body.data).toEqual((await scene.secret())?.data);
  expect((await scene.patch('merge', { metadata: { ownerReferences: GONE } })).status).toBe(200);
  await waitFor('the garbage collector', async () => (await scene.secret()) === undefined);
  expect((await scene.apply(stolen('default'))).status).toBe(201);
  const token = await waitFor('the token controller', async () => {
    const answer = await scene.patch('merge', {});
    return answer.body.data?.token ?? false;
  });
  const claims = JSON.parse(
    Buffer.from(Buffer.from(token, 'base64').toString('utf8').split('.')[1], 'base64url').toString('utf8'),
  ) as { sub: string };
  expect(claims.sub).toBe(`system:serviceaccount:${scene.namespace}:default`);
});

describe('with the policy', () => {
  let scene: Scene;
  let data: Record<string, string> | undefined;
  const OTHER = { '.dockerconfigjson': Buffer.from('{"auths":{"x":{}}}').toString('base64') };

  beforeAll(async () => {
    scene = await Scene.set(true);
    // metadata from others does not stop the refresher, and the refresher may not change it
    await cluster.completeFirstJob(scene.refresher);
    await cluster.plane.kubectl(['label', 'secret', SECRET, '-n', scene.namespace, 'team=ml']);
    await cluster.plane.kubectl(['annotate', 'secret', SECRET, '-n', scene.namespace, 'note=keep']);
    data = (await scene.secret())?.data;
  });

  const replaced = (change: object): object => ({ data: OTHER, ...change });
  test.each<[string, keyof typeof TYPES, object]>([
    ['read it by an empty patch', 'merge', {}],
    [
      'read it by a patch of an annotation',
      'merge',
      { metadata: { annotations: { 'push-secret/refreshed-at': '2026-01-01T00:00:00Z' } } },
    ],
    [
      'copy it into an annotation',
      'json',
      [
        { op: 'copy', from: '/data/.dockerconfigjson', path: '/metadata/annotations/push-secret~1expires-at' },
        { op: 'replace', path: '/data/.dockerconfigjson', value: OTHER['.dockerconfigjson'] },
      ],
    ],
    [
      'copy it under another key',
      'json',
      [
        { op: 'copy', from: '/data/.dockerconfigjson', path: '/data/copy' },
        { op: 'replace', path: '/data/.dockerconfigjson', value: OTHER['.dockerconfigjson'] },
      ],
    ],
    ['give it an owner that does not exist', 'merge', replaced({ metadata: { ownerReferences: GONE } })],
    ['give it a finalizer', 'merge', replaced({ metadata: { finalizers: ['example.com/never'] } })],
    ['add a key', 'merge', { data: { token: 'eA==' } }],
    ['make it immutable', 'merge', replaced({ immutable: true })],
    ['add a label', 'merge', replaced({ metadata: { labels: { 'app.kubernetes.io/instance': 'argo' } } })],
    ['change our label', 'merge', replaced({ metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } } })],
    ["remove somebody else's label", 'merge', replaced({ metadata: { labels: { team: null } } })],
    ["change somebody else's annotation", 'merge', replaced({ metadata: { annotations: { note: 'x' } } })],
    [
      'name a service account',
      'merge',
      replaced({ metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } } }),
    ],
  ])('it cannot %s', async (_, type, change) => {
    const { status, body } = await scene.patch(type, change);
    expect({ status, body }).toEqual({
      status: 422,
      body: expect.objectContaining({
        message: expect.stringContaining(
          `ValidatingAdmissionPolicy '${scene.refresher.name}.${scene.namespace}'`,
        ) as string,
      }) as Answer['body'],
    });
    expect((await scene.secret())?.data).toEqual(data);
  });

  test('the refresh still works, and leaves the metadata of others', async () => {
    expect((await cluster.refresh(scene.refresher)).condition).toBe('Complete');
    const secret = await scene.secret();
    expect(secret?.data).not.toEqual(data);
    expect(secret?.metadata.labels).toEqual({ team: 'ml', 'app.kubernetes.io/managed-by': 'token-refresher' });
    expect(secret?.metadata.annotations).toMatchObject({ note: 'keep' });
  });

  test('if somebody deleted the Secret, it can be created only in our form', async () => {
    await cluster.plane.kubectl(['delete', 'secret', SECRET, '-n', scene.namespace]);
    expect((await scene.apply(stolen('default'))).status).toBe(422);
    expect((await scene.apply({ type: 'Opaque', data: OTHER })).status).toBe(422);
    expect((await scene.apply({ metadata: { ownerReferences: GONE }, data: OTHER })).status).toBe(422);
    expect(await scene.secret()).toBeUndefined();
    expect((await cluster.refresh(scene.refresher)).condition).toBe('Complete');
  });

  test('a refresher with the same name in another namespace has its own policy', async () => {
    const other = await Scene.set(true);
    await cluster.completeFirstJob(other.refresher);
    expect((await other.patch('merge', {})).status).toBe(422);
    expect((await scene.patch('merge', {})).status).toBe(422);
    expect(other.refresher.name).toBe(scene.refresher.name);
  });
});
