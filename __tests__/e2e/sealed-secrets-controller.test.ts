import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from './support/control-plane';
import type { PushSecret } from './support/ecr';
import { type Condition, condition, SealedSecretsController } from './support/operators';
import { waitFor } from './support/process';
import { Registries } from './support/synth';

// The real controller: a password is sealed with its certificate and applied, and the Secret is checked.

jest.setTimeout(120_000);

/** Each has another kind of registry and another scope. */
const KINDS = {
  dockerhub: { scope: 'strict', endpoint: 'docker.io', username: 'acmebot', repository: 'acme/notebooks' },
  gcr: { scope: 'namespace-wide', endpoint: 'gcr.io', username: '_json_key', repository: 'acme-ml/notebooks' },
  harbor: { scope: 'cluster-wide', endpoint: 'harbor.example.com:8443', username: 'robot$ci', repository: 'ml/nb' },
} as const;
type Kind = keyof typeof KINDS;

/** A password that is hard to quote. For Google, a key file as its console saves it. */
function password(kind: Kind, id: string): string {
  const text = `${id} "ü" \\ {{ x }} \${y} $z`;
  if (kind !== 'gcr') return text;
  const account = {
    type: 'service_account',
    project_id: 'acme-ml',
    client_email: 'pusher@acme-ml.iam.gserviceaccount.com',
  };
  return JSON.stringify({ ...account, private_key_id: id, private_key: `-----BEGIN\n${text}` }, undefined, 2);
}

let plane: ControlPlane;
let controller: SealedSecretsController;
let registries: Registries;
let certificate: string;
let namespaces = 0;

beforeAll(async () => {
  plane = await ControlPlane.start();
  controller = await SealedSecretsController.start(plane);
  registries = new Registries();
  certificate = join(registries.folder, 'cert.pem');
  writeFileSync(certificate, await controller.certificate());
});

afterAll(async () => {
  await controller?.stop();
  await plane?.stop();
  registries?.close();
});

async function newNamespace(): Promise<string> {
  const namespace = `hub-${(namespaces += 1)}`;
  await plane.createNamespace(namespace);
  return namespace;
}

function values(kind: Kind, namespace: string): string {
  const { endpoint, username, repository } = KINDS[kind];
  return `
targetNamespace: ${namespace}
customImage:
  registryEndpoint: ${endpoint}
  registryUsername: ${username}
  pushRepo: ${endpoint}/${repository}
`;
}

/** Seals a password, and applies only the output of synth for it. */
async function sealAndApply(kind: Kind, password: string): Promise<void> {
  await registries.seal(kind, password, '--cert', certificate, '--scope', KINDS[kind].scope);
  await registries.synth();
  await apply(kind);
}

function apply(kind: Kind): Promise<string> {
  return plane.kubectl(['apply', '-f', join(registries.dist, `${kind}.k8s.yaml`)]);
}

function secretOf(namespace: string, kind: Kind = 'harbor'): Promise<PushSecret | undefined> {
  return plane.api.find<PushSecret>(`/api/v1/namespaces/${namespace}/secrets/${kind}-push-secret`);
}

/** The expected content of the Secret, in base64. */
function config(kind: Kind, secret: string): string {
  const { endpoint, username } = KINDS[kind];
  const key = kind === 'dockerhub' ? 'https://index.docker.io/v1/' : endpoint;
  // no client accepts a password of several lines
  const oneLine = kind === 'gcr' ? JSON.stringify(JSON.parse(secret)) : secret;
  const auth = base64(`${username}:${oneLine}`);
  return base64(JSON.stringify({ auths: { [key]: { auth } } }));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function secretWith(namespace: string, data: string, kind: Kind = 'harbor'): Promise<PushSecret> {
  return waitFor(`the new content of the Secret in ${namespace}`, async () => {
    const secret = await secretOf(namespace, kind);
    return secret?.data['.dockerconfigjson'] === data && secret;
  });
}

/** The controller's status for the SealedSecret. */
function synced(namespace: string, kind: Kind = 'harbor'): Promise<Condition> {
  const object = { type: 'sealedsecret', name: `${kind}-push-secret`, namespace };
  return condition(plane, object, ({ type }) => type === 'Synced');
}

describe.each(Object.keys(KINDS) as Kind[])('%s', (kind) => {
  const [first, second] = [password(kind, 'first'), password(kind, 'second')];
  let namespace: string;

  beforeAll(async () => {
    namespace = await newNamespace();
    registries.write(kind, values(kind, namespace));
    await sealAndApply(kind, first);
  });

  test('the controller makes exactly the push Secret', async () => {
    expect(await synced(namespace, kind)).toMatchObject({ status: 'True' });
    const secret = await secretOf(namespace, kind);
    expect(secret?.type).toBe('kubernetes.io/dockerconfigjson');
    expect(secret?.data).toEqual({ '.dockerconfigjson': config(kind, first) });
    // with the labels of the chart, Argo CD would treat the Secret as its own and prune it
    expect(secret?.metadata.labels).toBeUndefined();
  });

  test('after sealing another password, the same Secret contains it', async () => {
    const before = await secretOf(namespace, kind);
    await sealAndApply(kind, second);
    const secret = await secretWith(namespace, config(kind, second), kind);
    expect(secret.metadata.uid).toBe(before?.metadata.uid);
  });

  test('deleting the SealedSecret with --cascade=orphan leaves the Secret, without an owner', async () => {
    const flags = ['--cascade=orphan', '-n', namespace];
    await plane.kubectl(['delete', 'sealedsecret', `${kind}-push-secret`, ...flags]);
    const secret = await secretOf(namespace, kind);
    expect(secret?.data).toEqual({ '.dockerconfigjson': config(kind, second) });
    expect(secret?.metadata.ownerReferences).toBeUndefined();
  });
});

describe('a Secret that already exists', () => {
  const PASSWORD = 'sealed';
  const SECRET = 'secret/harbor-push-secret';
  let namespace: string;

  beforeEach(async () => {
    namespace = await newNamespace();
    registries.write('harbor', values('harbor', namespace));
  });

  function createSecret(type: string): Promise<string> {
    const data = ['--from-literal=.dockerconfigjson={"auths":{}}', `--type=${type}`];
    return plane.kubectl(['create', 'secret', 'generic', 'harbor-push-secret', '-n', namespace, ...data]);
  }

  /** The command in the docs. */
  function annotate(): Promise<string> {
    return plane.kubectl(['annotate', SECRET, '-n', namespace, 'sealedsecrets.bitnami.com/managed=true']);
  }

  function gaveUp(): Promise<true> {
    const line = new RegExp(`giving up.*${namespace}/harbor-push-secret`);
    return waitFor('the controller to give up', () => line.test(controller.log()));
  }

  test('is taken over if it was annotated before the first apply', async () => {
    await createSecret('kubernetes.io/dockerconfigjson');
    await annotate();
    await sealAndApply('harbor', PASSWORD);
    const { metadata } = await secretWith(namespace, config('harbor', PASSWORD));
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'SealedSecret', name: 'harbor-push-secret' }]);
    expect(await synced(namespace)).toMatchObject({ status: 'True' });
  });

  test('is not changed without the annotation. A later annotation has no effect until the SealedSecret is created again', async () => {
    await createSecret('kubernetes.io/dockerconfigjson');
    await sealAndApply('harbor', PASSWORD);
    await gaveUp();
    const message = expect.stringContaining('already exists and is not managed by SealedSecret') as string;
    expect(await synced(namespace)).toMatchObject({ status: 'False', message });

    await annotate();
    expect(await apply('harbor')).toMatch(/sealedsecret\S* unchanged/);
    expect(await synced(namespace)).toMatchObject({ status: 'False', message });
    const before = await secretOf(namespace);
    expect(Buffer.from(before!.data['.dockerconfigjson'], 'base64').toString()).toBe('{"auths":{}}');

    await plane.kubectl(['delete', 'sealedsecret', 'harbor-push-secret', '--cascade=orphan', '-n', namespace]);
    await apply('harbor');
    const after = await secretWith(namespace, config('harbor', PASSWORD));
    expect(after.metadata.uid).toBe(before?.metadata.uid);
    expect(await synced(namespace)).toMatchObject({ status: 'True' });
  });

  test('is not changed if it has another type, with or without the annotation', async () => {
    await createSecret('Opaque');
    await annotate();
    await sealAndApply('harbor', PASSWORD);
    expect(await synced(namespace)).toMatchObject({
      status: 'False',
      message: expect.stringContaining('immutable') as string,
    });
    expect((await secretOf(namespace))?.type).toBe('Opaque');
  });
});

test('after the controller renewed its key, sealed passwords can still be opened, and the new certificate can seal', async () => {
  const namespace = await newNamespace();
  registries.write('harbor', values('harbor', namespace));
  await sealAndApply('harbor', 'old key');
  await secretWith(namespace, config('harbor', 'old key'));
  await controller.renewKey();
  const renewed = await controller.certificate();
  expect(renewed).not.toBe(readFileSync(certificate, 'utf8'));

  await plane.kubectl(['delete', 'secret', 'harbor-push-secret', '-n', namespace]);
  await secretWith(namespace, config('harbor', 'old key'));

  writeFileSync(certificate, renewed);
  await sealAndApply('harbor', 'new key');
  await secretWith(namespace, config('harbor', 'new key'));
});
