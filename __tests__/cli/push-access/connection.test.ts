import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { askPushAccess, describePushAccess, type PushAccess, type PushAccessQuestion } from '../../../cli/push-access';
import { testCertificate } from '../../support/certificate';
import { BASIC, FakeServer, PASSWORD, questionFor, type Script } from './fake-registry';

const servers: FakeServer[] = [];
const environment = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
});
afterEach(async () => {
  process.env = { ...environment };
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(script: Script): Promise<FakeServer> {
  const server = await FakeServer.of(script);
  servers.push(server);
  return server;
}

async function serveTls(): Promise<FakeServer> {
  const { pem, privateKey } = testCertificate();
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const server = await FakeServer.start((_, response) => response.end(), { cert: pem, key });
  servers.push(server);
  return server;
}

/** A proxy for https:// that answers every CONNECT with a status, or connects it to `onward`. */
async function serveProxy(seen: string[], status: number, onward = 0): Promise<FakeServer> {
  const proxy = await FakeServer.start((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  });
  proxy.server.on('connect', (request, client) => {
    seen.push(`${request.method} ${request.url}`);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const server = connect(onward, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    server.on('error', () => client.destroy()).pipe(client);
    client.on('error', () => server.destroy()).pipe(server);
  });
  servers.push(proxy);
  return proxy;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ask(server: { host: string }, more: Partial<PushAccessQuestion> = {}): Promise<PushAccess> {
  const question = questionFor(server, more);
  const access = await askPushAccess(question);
  expect(`${JSON.stringify(access)} ${describePushAccess(question, access)}`).not.toContain(PASSWORD);
  return access;
}

const OPEN: Script = { 'GET /v2/': { status: 200 } };
/** Asks only the first question of the protocol. */
const PREFIX = { isPrefix: true, repository: 'team' };
const LOGGED_IN = { kind: 'logged-in', loginChecked: false };

describe('redirects', () => {
  test('on the same origin are followed, with the login', async () => {
    const registry = await serve({
      'GET /v2/': { status: 307, headers: { location: '/registry/v2/' } },
      'GET /registry/v2/': ({ authorization }) =>
        authorization === BASIC ? { status: 200 } : { status: 401, headers: { 'www-authenticate': 'Basic' } },
    });
    expect(await ask(registry, PREFIX)).toEqual({ kind: 'logged-in', loginChecked: true });
  });

  test('to another origin are not followed, but named', async () => {
    const other = await serve(OPEN);
    const registry = await serve({ 'GET /v2/': { status: 301, headers: { location: `http://${other.host}/v2/` } } });
    expect(await ask(registry)).toMatchObject({ reason: 'redirect', status: 301, to: `http://${other.host}` });
    expect(other.received).toEqual([]);
  });

  test.each([307, 302])('of the upload to another origin are not followed: %d', async (status) => {
    const other = await serve({});
    const registry = await serve({
      'GET /v2/': { status: 401, headers: { 'www-authenticate': 'Basic' } },
      'POST /v2/team/notebooks/blobs/uploads/': { status, headers: { location: `http://${other.host}/` } },
    });
    expect(await ask(registry)).toEqual({ kind: 'unexpected-answer', host: registry.host, reason: 'redirect', status });
    expect(other.received).toEqual([]);
  });

  test('in a circle end', async () => {
    const registry = await serve({ 'GET /v2/': { status: 302, headers: { location: '/v2/' } } });
    expect(await ask(registry)).toMatchObject({ reason: 'redirect' });
    expect(registry.received).toHaveLength(4);
  });
});

describe('not reachable', () => {
  test('nothing listens', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    expect(await ask({ host })).toMatchObject({ kind: 'not-reachable', host, cause: 'refused' });
  });

  test('no such name', async () => {
    // too long for a name, so no name server is asked
    const host = `${'x'.repeat(64)}.invalid`;
    expect(await ask({ host })).toMatchObject({ kind: 'not-reachable', cause: 'name-not-found' });
  });

  test('no answer in time', async () => {
    const silent = await FakeServer.start(() => undefined);
    servers.push(silent);
    expect(await ask(silent, { timeoutMs: 200 })).toMatchObject({ kind: 'not-reachable', cause: 'time-out' });
  });

  test('a request may take 10 seconds by default', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    await ask(await serve(OPEN), { ...PREFIX, timeoutMs: undefined });
    expect(timeout.mock.calls).toEqual([[10_000]]);
    timeout.mockRestore();
  });

  test('a very slow answer', async () => {
    const slow = await FakeServer.start((_, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drip));
    });
    servers.push(slow);
    expect(await ask(slow, { timeoutMs: 300 })).toMatchObject({ kind: 'not-reachable', cause: 'time-out' });
  });

  test('a connection that breaks', async () => {
    const breaking = await FakeServer.start((request) => request.socket.destroy());
    servers.push(breaking);
    expect(await ask(breaking)).toMatchObject({ kind: 'not-reachable', cause: 'broken' });
  });

  test('TLS to a server without TLS', async () => {
    expect(await ask(await serve(OPEN), { plainHttp: false })).toMatchObject({
      kind: 'not-reachable',
      cause: 'no-tls',
    });
  });

  test('an answer that is not HTTP', async () => {
    const babbling = await FakeServer.start(() => undefined);
    babbling.server.prependListener('connection', (socket: Socket) => socket.write('220 mail.example ESMTP\r\n'));
    servers.push(babbling);
    expect(await ask(babbling)).toMatchObject({ kind: 'not-reachable', cause: 'no-http' });
  });

  test('a certificate of an unknown authority, which insecureSkipVerify accepts', async () => {
    const registry = await serveTls();
    const secure = { ...PREFIX, plainHttp: false };
    expect(await ask(registry, secure)).toMatchObject({ kind: 'not-reachable', cause: 'unknown-authority' });
    expect(await ask(registry, { ...secure, insecureSkipVerify: true })).toEqual(LOGGED_IN);
  });

  test('a token server, which is named', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const registry = await serve({
      'GET /v2/': { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${host}/token"` } },
    });
    expect(await ask(registry)).toMatchObject({ kind: 'not-reachable', host, cause: 'refused' });
  });
});

describe('proxies', () => {
  const SECURE = { ...PREFIX, plainHttp: false, insecureSkipVerify: true };

  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])('%s: https:// goes through a tunnel', async (variable) => {
    const [seen, registry] = [[] as string[], await serveTls()];
    process.env[variable] = `http://${(await serveProxy(seen, 200, registry.port)).host}`;
    expect(await ask({ host: 'registry.invalid' }, SECURE)).toEqual(LOGGED_IN);
    expect(seen).toEqual(['CONNECT registry.invalid:443']);
  });

  test('an address without a scheme means http://', async () => {
    const [seen, registry] = [[] as string[], await serveTls()];
    process.env.HTTPS_PROXY = (await serveProxy(seen, 200, registry.port)).host;
    expect(await ask({ host: 'registry.invalid' }, SECURE)).toEqual(LOGGED_IN);
  });

  test.each(['HTTP_PROXY', 'http_proxy'])('%s: http:// is asked of the proxy', async (variable) => {
    const seen: string[] = [];
    process.env[variable] = `http://${(await serveProxy(seen, 200)).host}`;
    expect(await ask({ host: 'registry.invalid:5000' }, PREFIX)).toEqual(LOGGED_IN);
    expect(seen).toEqual(['GET http://registry.invalid:5000/v2/']);
  });

  test.each(['NO_PROXY', 'no_proxy'])('%s: goes there directly', async (variable) => {
    const seen: string[] = [];
    process.env.HTTP_PROXY = `http://${(await serveProxy(seen, 200)).host}`;
    process.env[variable] = 'other.example,127.0.0.1';
    expect(await ask(await serve(OPEN), PREFIX)).toEqual(LOGGED_IN);
    expect(seen).toEqual([]);
  });

  test.each([
    [true, 407],
    [false, 407],
    [false, 403],
    [false, 502],
  ])('refuses (http: %s): %d', async (plainHttp, status) => {
    const proxy = await serveProxy([], status);
    process.env.HTTPS_PROXY = process.env.HTTP_PROXY = `http://me:${PASSWORD}@${proxy.host}`;
    const access = await ask({ host: 'registry.invalid' }, { ...SECURE, plainHttp });
    expect(access).toEqual({
      kind: 'not-reachable',
      host: 'registry.invalid',
      cause: 'proxy-refused',
      proxy: proxy.host,
      status,
    });
  });

  test('does not answer', async () => {
    const proxy = `127.0.0.1:${await freePort()}`;
    process.env.HTTPS_PROXY = `http://me:${PASSWORD}@${proxy}`;
    const access = await ask({ host: 'registry.invalid' }, SECURE);
    expect(access).toMatchObject({ cause: 'proxy-unreachable', host: 'registry.invalid', proxy, code: 'ECONNREFUSED' });
  });

  test('keeps silent', async () => {
    const proxy = await FakeServer.start(() => undefined);
    proxy.server.on('connect', () => undefined);
    servers.push(proxy);
    process.env.HTTPS_PROXY = `http://${proxy.host}`;
    const access = await ask({ host: 'registry.invalid' }, { ...SECURE, timeoutMs: 300 });
    expect(access).toMatchObject({ cause: 'time-out', proxy: proxy.host });
  });

  test.each([`socks5://me:${PASSWORD}@127.0.0.1:1`, `http://me:${PASSWORD}@[`])(
    'is not an http:// address',
    async (proxy) => {
      process.env.HTTPS_PROXY = proxy;
      expect(await ask({ host: 'registry.invalid' }, SECURE)).toMatchObject({ cause: 'proxy-setting' });
    },
  );

  test('the certificate behind a tunnel is checked', async () => {
    const registry = await serveTls();
    process.env.HTTPS_PROXY = `http://${(await serveProxy([], 200, registry.port)).host}`;
    const access = await ask({ host: 'registry.invalid' }, { ...SECURE, insecureSkipVerify: false });
    expect(access).toMatchObject({ kind: 'not-reachable', host: 'registry.invalid', cause: 'unknown-authority' });
  });
});
