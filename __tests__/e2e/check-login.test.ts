import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PushAccess, PushAccessQuestion } from '../../cli/push-access';
import { testCertificate } from '../support/certificate';
import { program } from '../support/run-app';
import { type CertificateFiles, issueCertificate } from './support/certificates';
import { ConnectProxy } from './support/connect-proxy';
import { DiskRegistry } from './support/disk-registry';
import { OWN_ADDRESS, PrivateHosts } from './support/hosts';
import { freePorts, removeFolder, run, temporaryFolder } from './support/process';
import { TokenServer } from './support/token-server';

// `check --login` asks real registries: one that checks passwords itself, and one with a token server and the names of
// Docker Hub. For a registry where repositories must be created first, see the unit tests.

jest.setTimeout(60_000);

const REGISTRY = 'registry.example.com';
/** A host that no hosts file contains, so that only the proxy leads to it. */
const BEHIND_PROXY = 'registry.behind-a-proxy.example';
const OTHER_NAME = 'other.example.com';

const user = { username: 'ann', password: `pass:wörd ${randomBytes(12).toString('hex')}` };
const stranger = { username: 'ann', password: `not-this-${randomBytes(12).toString('hex')}` };

let folder: string;
let hosts: PrivateHosts;
let tls: CertificateFiles;
let registry: DiskRegistry;
let tokenServer: TokenServer;
let tokenPort: number;
let dockerHub: DiskRegistry;

beforeAll(async () => {
  folder = temporaryFolder('check-login');
  hosts = PrivateHosts.create(['registry-1.docker.io', 'auth.docker.io', REGISTRY, OTHER_NAME], OWN_ADDRESS);
  tls = issueCertificate(folder, ['registry-1.docker.io', 'auth.docker.io', REGISTRY, BEHIND_PROXY]);
  registry = await DiskRegistry.start({ auth: [user], tls, address: OWN_ADDRESS });
  [tokenPort] = await freePorts(1);
  const names = { host: 'auth.docker.io', service: 'registry.docker.io' };
  tokenServer = await TokenServer.start({ ...names, users: [user], tls, address: OWN_ADDRESS, port: tokenPort });
  dockerHub = await DiskRegistry.start({ auth: tokenServer, tls, address: OWN_ADDRESS, port: 443 });
});

afterAll(async () => {
  await dockerHub?.stop();
  await tokenServer?.stop();
  await registry?.stop();
  hosts?.close();
  removeFolder(folder);
});

interface Asked {
  readonly access: PushAccess;
  readonly line: string;
}

/** Asks in a separate process, which reads its environment at the start. */
async function ask(more: Partial<PushAccessQuestion>, env: Record<string, string> = {}): Promise<Asked> {
  const question: PushAccessQuestion = {
    ...{ host: `${REGISTRY}:${registry.port}`, repository: 'team/notebooks', isPrefix: false, ...user },
    ...{ plainHttp: false, insecureSkipVerify: false },
    ...more,
  };
  const program = [
    process.execPath,
    '--require',
    '@swc-node/register',
    join(__dirname, 'support', 'ask-push-access.ts'),
  ];
  const [command, ...args] = hosts.wrap(program);
  const outcome = await run(command, args, {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: tls.caFile, ...env },
    input: JSON.stringify(question),
  });
  const { username, password } = question;
  for (const secret of [password, Buffer.from(`${username}:${password}`).toString('base64')])
    expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const asked = JSON.parse(outcome.stdout) as Asked;
  expect(asked.line).not.toMatch(/[\r\n]/);
  return asked;
}

const MAY_PUSH = { kind: 'may-push', loginChecked: true, uploadCancelled: true };

describe('a registry that checks passwords itself', () => {
  test('may push, and nothing is left', async () => {
    const { access, line } = await ask({ repository: 'team/pushed' });
    expect(access).toEqual(MAY_PUSH);
    expect(line).toBe(`${REGISTRY}:${registry.port}/team/pushed: may push`);
    expect(registry.uploads('team/pushed')).toEqual([]);
  });

  test('wrong password', async () => {
    const { access } = await ask({ ...stranger, repository: 'team/refused' });
    expect(access).toEqual({ kind: 'wrong-password', host: `${REGISTRY}:${registry.port}`, status: 401 });
    expect(registry.uploads('team/refused')).toBeUndefined();
  });

  test('a prefix: only logs in, and starts no upload', async () => {
    const fresh = await DiskRegistry.start({ auth: [user], tls, address: OWN_ADDRESS });
    try {
      const prefix = { host: `${REGISTRY}:${fresh.port}`, repository: 'team', isPrefix: true };
      expect((await ask(prefix)).access).toEqual({ kind: 'logged-in', loginChecked: true });
      expect((await ask({ ...prefix, ...stranger })).access).toMatchObject({ kind: 'wrong-password' });
      expect(fresh.isEmpty()).toBe(true);
    } finally {
      await fresh.stop();
    }
  });

  test('over plain HTTP', async () => {
    const plain = await DiskRegistry.start({ auth: [user] });
    try {
      const { access } = await ask({ host: `127.0.0.1:${plain.port}`, plainHttp: true });
      expect(access).toEqual(MAY_PUSH);
      expect(plain.uploads('team/notebooks')).toEqual([]);
    } finally {
      await plain.stop();
    }
  });
});

describe('Docker Hub, with a token server', () => {
  test('may push, and nothing is left', async () => {
    const { access, line } = await ask({ host: 'docker.io', repository: 'ann/notebooks' });
    expect(access).toEqual(MAY_PUSH);
    expect(line).toBe('docker.io/ann/notebooks: may push');
    expect(dockerHub.uploads('ann/notebooks')).toEqual([]);
  });

  test('wrong password', async () => {
    const { access } = await ask({ ...stranger, host: 'docker.io', repository: 'ann/refused' });
    expect(access).toEqual({ kind: 'wrong-password', host: `auth.docker.io:${tokenPort}`, status: 401 });
    expect(dockerHub.uploads('ann/refused')).toBeUndefined();
  });

  test('the login is right but may not push', async () => {
    const { access, line } = await ask({ host: 'docker.io', repository: 'bob/notebooks' });
    expect(access).toEqual({ kind: 'may-not-push', status: 401, code: 'UNAUTHORIZED' });
    expect(line).toContain('docker.io/bob/notebooks: the login is right but may not push');
    expect(dockerHub.uploads('bob/notebooks')).toBeUndefined();
  });

  test('a prefix: only logs in', async () => {
    const prefix = { host: 'docker.io', repository: 'ann-prefix', isPrefix: true };
    expect((await ask(prefix)).access).toEqual({ kind: 'logged-in', loginChecked: true });
    expect((await ask({ ...prefix, ...stranger })).access).toMatchObject({ kind: 'wrong-password' });
  });

  test('the token server is not reachable', async () => {
    const [port] = await freePorts(1);
    const names = { host: 'auth.docker.io', service: 'registry.docker.io', address: OWN_ADDRESS };
    const stopped = await TokenServer.start({ ...names, users: [user], tls, port });
    const orphan = await DiskRegistry.start({ auth: stopped, tls, address: OWN_ADDRESS });
    await stopped.stop();
    try {
      const { access } = await ask({ host: `${REGISTRY}:${orphan.port}` });
      expect(access).toMatchObject({ kind: 'not-reachable', host: `auth.docker.io:${port}`, cause: 'refused' });
    } finally {
      await orphan.stop();
    }
  });
});

describe('certificates', () => {
  test('an authority that this machine does not trust', async () => {
    const others = issueCertificate(temporaryFolder('check-login-ca'), [REGISTRY]);
    for (const NODE_EXTRA_CA_CERTS of ['', others.caFile]) {
      const { access, line } = await ask({ repository: 'team/untrusted' }, { NODE_EXTRA_CA_CERTS });
      expect(access).toMatchObject({ kind: 'not-reachable', cause: 'unknown-authority' });
      expect(line).toContain('set NODE_EXTRA_CA_CERTS to the file');
    }
    expect(registry.uploads('team/untrusted')).toBeUndefined();
  });

  test('insecureSkipVerify accepts it', async () => {
    const { access } = await ask({ insecureSkipVerify: true }, { NODE_EXTRA_CA_CERTS: '' });
    expect(access).toEqual(MAY_PUSH);
  });

  test('a certificate for another name', async () => {
    const { access } = await ask({ host: `${OTHER_NAME}:${registry.port}` });
    expect(access).toMatchObject({ kind: 'not-reachable', cause: 'wrong-name' });
  });

  test.each([
    ['certificate-expired', -2, -1],
    ['certificate-not-yet-valid', 1, 2],
  ])('%s', async (cause, from, to) => {
    const day = (days: number): Date => new Date(Date.now() + days * 24 * 3600 * 1000);
    const { pem, privateKey } = testCertificate({ from: day(from), to: day(to) });
    const [certFile, keyFile] = ['crt', 'key'].map((suffix) => join(folder, `${cause}.${suffix}`));
    writeFileSync(certFile, pem);
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const badlyDated = await DiskRegistry.start({ auth: [user], tls: { certFile, keyFile }, address: OWN_ADDRESS });
    try {
      const { access } = await ask({ host: `${REGISTRY}:${badlyDated.port}` }, { NODE_EXTRA_CA_CERTS: certFile });
      expect(access).toMatchObject({ kind: 'not-reachable', cause });
    } finally {
      await badlyDated.stop();
    }
  });
});

describe('not reachable', () => {
  test('nothing listens', async () => {
    const [port] = await freePorts(1);
    expect((await ask({ host: `${REGISTRY}:${port}` })).access).toMatchObject({ cause: 'refused' });
  });

  test('no such name', async () => {
    expect((await ask({ host: 'nowhere.example.com' })).access).toMatchObject({ cause: 'name-not-found' });
  });

  test('TLS with a registry that has none', async () => {
    const plain = await DiskRegistry.start({ auth: [user], address: OWN_ADDRESS });
    try {
      expect((await ask({ host: `${REGISTRY}:${plain.port}` })).access).toMatchObject({ cause: 'no-tls' });
    } finally {
      await plain.stop();
    }
  });

  test('plain HTTP with a registry that has TLS', async () => {
    const { access } = await ask({ plainHttp: true });
    expect(access).toMatchObject({ kind: 'unexpected-answer', reason: 'status', status: 400 });
  });
});

describe('through a proxy', () => {
  let proxy: ConnectProxy;
  beforeEach(async () => {
    proxy = await ConnectProxy.start({ host: OWN_ADDRESS, port: registry.port });
  });
  afterEach(() => proxy.stop());

  test.each(['HTTPS_PROXY', 'https_proxy'])(
    '%s: the proxy sees the name of the registry and nothing else',
    async (variable) => {
      const repository = `team/${variable.toLowerCase().replace('_', '-')}`;
      const { access } = await ask({ host: BEHIND_PROXY, repository }, { [variable]: proxy.url });
      expect(access).toEqual(MAY_PUSH);
      expect(registry.uploads(repository)).toEqual([]);
      expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT ${BEHIND_PROXY}:443`]));
      expect(proxy.sent.length).toBeGreaterThan(0);
      for (const readable of ['/v2/', 'uthorization', user.password]) expect(proxy.sent.includes(readable)).toBe(false);
    },
  );

  test('with NO_PROXY the connection is direct', async () => {
    const { access } = await ask({}, { HTTPS_PROXY: proxy.url, NO_PROXY: REGISTRY });
    expect(access).toEqual(MAY_PUSH);
    expect(proxy.requests).toEqual([]);
  });

  test("the registry's certificate is still checked", async () => {
    const behind = { host: BEHIND_PROXY, repository: 'team/untrusted-proxy' };
    const { access } = await ask(behind, { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: '' });
    expect(access).toMatchObject({ kind: 'not-reachable', host: BEHIND_PROXY, cause: 'unknown-authority' });
    const wrongName = await ask({ ...behind, host: 'no-such-name.example' }, { HTTPS_PROXY: proxy.url });
    expect(wrongName.access).toMatchObject({ kind: 'not-reachable', cause: 'wrong-name' });
    expect(registry.uploads('team/untrusted-proxy')).toBeUndefined();
  });

  test('that does not answer, and whose login is not in the message', async () => {
    const [port] = await freePorts(1);
    const { access, line } = await ask(
      { host: BEHIND_PROXY },
      { HTTPS_PROXY: `http://me:proxypass@127.0.0.1:${port}` },
    );
    expect(access).toMatchObject({ kind: 'not-reachable', cause: 'proxy-unreachable', proxy: `127.0.0.1:${port}` });
    expect(line).not.toContain('proxypass');
  });
});

test('check --login has a line for each values file, shows no credential and leaves nothing behind', async () => {
  const host = `${REGISTRY}:${registry.port}`;
  const values = (variable: string, repository: string) => `customImage:
  registryEndpoint: https://${host}
  registryUsername: ${user.username}
  registryPasswordFrom: { env: ${variable} }
  pushRepo: ${host}/${repository}
`;
  const registries = join(folder, 'registries');
  mkdirSync(registries);
  writeFileSync(join(registries, 'absent.yaml'), values('NOT_SET', 'team/absent'));
  writeFileSync(join(registries, 'right.yaml'), values('RIGHT', 'team/right'));
  writeFileSync(join(registries, 'wrong.yaml'), values('WRONG', 'team/wrong'));
  const check = (...args: string[]) => {
    const [command, ...rest] = hosts.wrap([process.execPath, program('cli/index.ts'), 'check', '--login', ...args]);
    const env = { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: tls.caFile };
    return run(command, rest, { cwd: folder, env: { ...env, RIGHT: user.password, WRONG: stranger.password } });
  };
  const { code, stdout, stderr } = await check();
  expect(code).toBe(1);
  expect(stdout.trim().split('\n')).toEqual([
    'registries/absent.yaml: not asked: the environment variable NOT_SET is missing',
    `registries/right.yaml: ${host}/team/right: may push`,
    expect.stringContaining(`registries/wrong.yaml: ${host}/team/wrong: wrong password`),
  ]);
  expect(stderr).not.toContain('no problems');
  expect(registry.uploads('team/right')).toEqual([]);

  const json = await check('--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    logins: [{ ok: true }, { ok: true, access: MAY_PUSH }, { ok: false, access: { kind: 'wrong-password' } }],
  });
  for (const secret of [user, stranger].flatMap(({ username, password }) => [
    password,
    Buffer.from(`${username}:${password}`).toString('base64'),
  ])) {
    expect(stdout + stderr + json.stdout + json.stderr).not.toContain(secret);
  }

  rmSync(join(registries, 'wrong.yaml'));
  expect((await check()).code).toBe(0);
});
