import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { ControlPlane } from './support/control-plane';
import type { PushSecret } from './support/ecr';
import { type Condition, condition, startExternalSecrets } from './support/operators';
import { type BackgroundProcess, waitFor } from './support/process';
import { Registries } from './support/synth';

// Runs the operator itself, with its fake store and one in Kubernetes, and compares the Secrets that it creates from
// our ExternalSecrets byte by byte.

jest.setTimeout(120_000);

const KINDS = {
  dockerhub: { endpoint: 'docker.io', username: 'acmebot', repository: 'acme/notebooks' },
  gcr: { endpoint: 'https://gcr.io', username: '_json_key', repository: 'acme-ml/notebooks' },
  harbor: { endpoint: 'https://harbor.example.com:8443', username: 'robot$ci+x', repository: 'ml/notebooks' },
} as const;
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];
/** A ClusterSecretStore, and a SecretStore in the namespace of the Secret. */
const STORES = ['fake', 'kubernetes'] as const;
type Store = (typeof STORES)[number];
/** The namespace in which the store `kubernetes` keeps its entries. */
const VAULT = 'vault';

let plane: ControlPlane;
let operator: BackgroundProcess;
let registries: Registries;
/** The values in the stores, by the entry's name. */
const entries: Record<string, string> = {};
let syncs = 0;

beforeAll(async () => {
  plane = await ControlPlane.start();
  operator = await startExternalSecrets(plane);
  await plane.createNamespace(VAULT);
  const [rights, account] = [
    ['--verb=get,list,watch', '--resource=secrets'],
    `--serviceaccount=${hub('kubernetes')}:default`,
  ];
  await plane.kubectl(['create', 'role', 'store', '-n', VAULT, ...rights]);
  await plane.kubectl(['create', 'rolebinding', 'store', '-n', VAULT, '--role=store', account]);
  registries = new Registries({ REQUIRE_PASSWORDS: '1' });
  for (const store of STORES) {
    await plane.createNamespace(hub(store));
    for (const kind of NAMES) {
      entries[entry(store, kind)] = password(kind, 'first');
      registries.write(`${kind}-${store}`, values(store, kind));
    }
  }
  await fillStores();
  await registries.synth();
  await plane.kubectl(['apply', '-f', registries.dist]);
});

afterAll(async () => {
  await operator?.stop(1_000);
  await plane?.stop();
  registries?.close();
});

function hub(store: Store): string {
  return `hub-${store}`;
}

function entry(store: Store, kind: Kind): string {
  return `${store}-${kind}`;
}

/** A password as people store it: a key file as Google's console saves it, others with the newline of `echo`. */
function password(kind: Kind, id: string): string {
  const text = `${id} "ü" \\ {{ .x }} \${y} $z`;
  if (kind !== 'gcr') return `${text}\n`;
  const account = { type: 'service_account', project_id: 'acme', client_email: 'push@acme.iam.gserviceaccount.com' };
  return JSON.stringify({ ...account, private_key_id: id, private_key: `-----BEGIN\n${text}` }, undefined, 2);
}

/** In the fake store an entry is a text. In the one in Kubernetes it is a Secret, with the password under a key. */
function values(store: Store, kind: Kind): string {
  const { endpoint, username, repository } = KINDS[kind];
  const where = store === 'fake' ? ', storeKind: ClusterSecretStore' : ', property: token';
  return `
targetNamespace: ${hub(store)}
customImage:
  registryEndpoint: ${endpoint}
  registryUsername: ${username}
  registryPasswordFrom:
    externalSecret: { store: ${store}, key: ${entry(store, kind)}${where} }
  pushRepo: ${endpoint.replace('https://', '')}/${repository}
`;
}

/** Makes both stores hold exactly the `entries`. */
async function fillStores(): Promise<void> {
  const store = (kind: string, name: Store, provider: object): object => ({
    apiVersion: 'external-secrets.io/v1',
    kind,
    metadata: { name, namespace: kind === 'SecretStore' ? hub(name) : undefined },
    spec: { provider: { [name]: provider } },
  });
  const data = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const secrets = data.map(({ key, value }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: key, namespace: VAULT, labels: { entry: 'true' } },
    stringData: { token: value },
  }));
  const server = { url: plane.serverUrl, caBundle: readFileSync(plane.tls.caFile).toString('base64') };
  const items = [
    ...secrets,
    store('ClusterSecretStore', 'fake', { data }),
    store('SecretStore', 'kubernetes', {
      remoteNamespace: VAULT,
      server,
      auth: { serviceAccount: { name: 'default' } },
    }),
  ];
  await plane.kubectl(['delete', 'secrets', '-n', VAULT, '-l', 'entry']);
  await plane.kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
}

function secretOf(store: Store, kind: Kind): Promise<PushSecret | undefined> {
  const name = `${kind}-${store}-push-secret`;
  return plane.api.find<PushSecret>(`/api/v1/namespaces/${hub(store)}/secrets/${name}`);
}

/** Waits until the Secret has exactly this docker config. */
function secretWith(store: Store, kind: Kind, stored: string): Promise<PushSecret> {
  const data = config(kind, stored);
  return waitFor(`the Secret of ${entry(store, kind)}`, async () => {
    const secret = await secretOf(store, kind);
    return secret?.data['.dockerconfigjson'] === data && secret;
  });
}

/** The expected content of the Secret, in base64. */
function config(kind: Kind, stored: string): string {
  const { endpoint, username } = KINDS[kind];
  const key = kind === 'dockerhub' ? 'https://index.docker.io/v1/' : endpoint.replace('https://', '');
  const auth = base64(`${username}:${stored.trimEnd()}`);
  return base64(JSON.stringify({ auths: { [key]: { auth } } }));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The command in the docs. */
function readAgain(store: Store, kind: Kind): Promise<string> {
  const annotation = `force-sync=${(syncs += 1)}`;
  const name = `${kind}-${store}-push-secret`;
  return plane.kubectl(['annotate', 'externalsecret', name, '-n', hub(store), annotation, '--overwrite']);
}

function ready(store: Store, kind: Kind, status: 'True' | 'False'): Promise<Condition> {
  const object = { type: 'externalsecret', name: `${kind}-${store}-push-secret`, namespace: hub(store) };
  return condition(plane, object, (one) => one.type === 'Ready' && one.status === status);
}

describe.each(STORES)('from the store %s', (store) => {
  test.each(NAMES)('%s becomes the push Secret, byte for byte', async (kind) => {
    const secret = await secretWith(store, kind, password(kind, 'first'));

    expect(secret.type).toBe('kubernetes.io/dockerconfigjson');
    expect(Object.keys(secret.data)).toEqual(['.dockerconfigjson']);
    // with the labels of the chart, Argo CD would treat the Secret as its own and prune it
    const labels = Object.keys(secret.metadata.labels ?? {});
    expect(labels.filter((label) => !label.startsWith('reconcile.external-secrets.io/'))).toEqual([]);
    await ready(store, kind, 'True');
  });

  test('another password reaches the same Secret', async () => {
    for (const kind of NAMES) entries[entry(store, kind)] = password(kind, 'second');
    const before = await secretOf(store, 'gcr');
    await fillStores();
    for (const kind of NAMES) await readAgain(store, kind);

    for (const kind of NAMES) await secretWith(store, kind, password(kind, 'second'));
    expect((await secretOf(store, 'gcr'))?.metadata.uid).toBe(before?.metadata.uid);
  });

  test('if an entry is lost, the Secret keeps its content, and the ExternalSecret says why', async () => {
    const kind = 'dockerhub';
    const before = await secretOf(store, kind);
    delete entries[entry(store, kind)];
    await fillStores();
    await readAgain(store, kind);

    await ready(store, kind, 'False');
    expect((await secretOf(store, kind))?.data).toEqual(before?.data);

    entries[entry(store, kind)] = password(kind, 'third');
    await fillStores();
    await readAgain(store, kind);
    await secretWith(store, kind, password(kind, 'third'));
  });
});

test('deleting the ExternalSecret with --cascade=orphan leaves the Secret, without an owner', async () => {
  const before = await secretWith('fake', 'harbor', password('harbor', 'second'));
  const name = 'harbor-fake-push-secret';
  await plane.kubectl(['delete', 'externalsecret', name, '-n', hub('fake'), '--cascade=orphan']);

  const after = await secretOf('fake', 'harbor');
  expect(after?.data).toEqual(before.data);
  expect(after?.metadata.ownerReferences).toBeUndefined();
});

describe('a Secret that already exists', () => {
  const apply = (): Promise<string> => plane.kubectl(['apply', '-f', join(registries.dist, 'gcr-fake.k8s.yaml')]);

  async function replaceBy(type: string): Promise<void> {
    const [name, namespace] = ['gcr-fake-push-secret', hub('fake')];
    await plane.kubectl(['delete', 'externalsecret', name, '-n', namespace]);
    await waitFor('the Secret to go', async () => (await secretOf('fake', 'gcr')) === undefined);
    const data = ['--from-literal=.dockerconfigjson={"auths":{}}', `--type=${type}`];
    await plane.kubectl(['create', 'secret', 'generic', name, '-n', namespace, ...data]);
    await apply();
  }

  test('is taken over', async () => {
    await replaceBy('kubernetes.io/dockerconfigjson');
    await secretWith('fake', 'gcr', password('gcr', 'second'));
  });

  test('is not changed if it has another type', async () => {
    await replaceBy('Opaque');
    await ready('fake', 'gcr', 'False');
    await waitFor('the operator to say why', () => /gcr-fake-push-secret.*field is immutable/.test(operator.log()));
    expect((await secretOf('fake', 'gcr'))?.type).toBe('Opaque');
  });
});
