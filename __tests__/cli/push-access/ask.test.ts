import { askPushAccess, describePushAccess, type PushAccess, type PushAccessQuestion } from '../../../cli/push-access';
import { BASIC, errorBody, FakeServer, PASSWORD, questionFor, type Reply, type Script, TOKEN } from './fake-registry';

const UPLOADS = '/v2/team/notebooks/blobs/uploads/';
const BEGUN: Reply = { status: 202, headers: { location: `${UPLOADS}7f3c?_state=x` } };
const ASKS_FOR_BASIC: Reply = { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };

/** A registry that checks the password itself. */
const basicRegistry = (more: Script = {}): Script => ({
  'GET /v2/': ({ authorization }) => (authorization === BASIC ? { status: 200 } : ASKS_FOR_BASIC),
  [`POST ${UPLOADS}`]: ({ authorization }) => (authorization === BASIC ? BEGUN : ASKS_FOR_BASIC),
  [`DELETE ${UPLOADS}7f3c`]: { status: 204 },
  ...more,
});

/** A registry with a token server, which is the same server here. */
const tokenRegistry = (more: Script = {}): Script => {
  const wantsToken =
    (right: Reply) =>
    ({ authorization }: { authorization?: string }): Reply =>
      authorization === `Bearer ${TOKEN}`
        ? right
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${server.host}/token",service="reg"` } };
  return {
    'GET /v2/': wantsToken({ status: 200 }),
    'GET /token': ({ authorization }) =>
      authorization === BASIC
        ? { status: 200, body: { token: TOKEN } }
        : { status: 401, body: errorBody('UNAUTHORIZED') },
    [`POST ${UPLOADS}`]: wantsToken(BEGUN),
    [`DELETE ${UPLOADS}7f3c`]: wantsToken({ status: 204 }),
    ...more,
  };
};

let server: FakeServer;
afterEach(() => server.stop());

async function ask(script: Script, more: Partial<PushAccessQuestion> = {}): Promise<PushAccess> {
  server = await FakeServer.of(script);
  const question = questionFor(server, more);
  const access = await askPushAccess(question);
  const text = `${JSON.stringify(access)}\n${describePushAccess(question, access)}`;
  for (const secret of [question.password, BASIC.slice(6), TOKEN]) expect(text).not.toContain(secret);
  return access;
}

const MAY_PUSH = { kind: 'may-push', loginChecked: true, uploadCancelled: true };

describe('may push', () => {
  test('with Basic: begins an upload and cancels it', async () => {
    expect(await ask(basicRegistry())).toEqual(MAY_PUSH);
    expect(server.lines).toEqual(['GET /v2/', `POST ${UPLOADS}`, `DELETE ${UPLOADS}7f3c?_state=x`]);
    expect(server.received.map(({ authorization }) => authorization)).toEqual([undefined, BASIC, BASIC]);
  });

  test('with a token: the password goes only to the token server', async () => {
    expect(await ask(tokenRegistry())).toEqual(MAY_PUSH);
    expect(server.lines).toEqual([
      'GET /v2/',
      'GET /token?service=reg&scope=repository%3Ateam%2Fnotebooks%3Apull%2Cpush',
      `POST ${UPLOADS}`,
      `DELETE ${UPLOADS}7f3c?_state=x`,
    ]);
    const bearer = `Bearer ${TOKEN}`;
    expect(server.received.map(({ authorization }) => authorization)).toEqual([undefined, BASIC, bearer, bearer]);
  });

  test('with a token called access_token', async () => {
    const script = tokenRegistry({ 'GET /token': { status: 200, body: { token: '', access_token: TOKEN } } });
    expect(await ask(script)).toEqual(MAY_PUSH);
  });

  test('with another token for cancelling, if that needs a separate right', async () => {
    let tokens = 0;
    const script = tokenRegistry({
      'GET /token': () => ({ status: 200, body: { token: ++tokens === 1 ? TOKEN : 'for-delete' } }),
      [`DELETE ${UPLOADS}7f3c`]: ({ authorization }) =>
        authorization === 'Bearer for-delete'
          ? { status: 204 }
          : {
              status: 401,
              headers: { 'www-authenticate': `Bearer realm="http://${server.host}/token",service="reg"` },
            },
    });
    expect(await ask(script)).toEqual(MAY_PUSH);
    expect(server.lines[4]).toBe('GET /token?service=reg&scope=repository%3Ateam%2Fnotebooks%3Adelete');
  });

  test('on a registry that asks for a login only for a push', async () => {
    expect(await ask(basicRegistry({ 'GET /v2/': { status: 200 } }))).toEqual(MAY_PUSH);
  });

  test('on a registry that never asks for a login, without sending the password', async () => {
    const script = basicRegistry({ 'GET /v2/': { status: 200 }, [`POST ${UPLOADS}`]: BEGUN });
    expect(await ask(script)).toEqual({ ...MAY_PUSH, loginChecked: false });
    expect(server.received.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test.each([
    ['no Location', { status: 202 }],
    ['a Location that is not an address', { status: 202, headers: { location: 'http://[' } }],
    ['a Location that refuses', { status: 202, headers: { location: `${UPLOADS}other` } }],
  ])('and says that the upload stays: %s', async (_, begun) => {
    const script = basicRegistry({ [`POST ${UPLOADS}`]: begun, [`DELETE ${UPLOADS}other`]: { status: 405 } });
    expect(await ask(script)).toEqual({ ...MAY_PUSH, uploadCancelled: false });
  });

  test('and sends nothing to a Location on another origin', async () => {
    const other = await FakeServer.of({ 'DELETE /upload': { status: 204 } });
    try {
      const begun = { status: 202, headers: { location: `http://${other.host}/upload` } };
      const access = await ask(basicRegistry({ [`POST ${UPLOADS}`]: begun }));
      expect(access).toEqual({ ...MAY_PUSH, uploadCancelled: false });
      expect(other.received).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

describe('wrong password', () => {
  test.each([401, 403])('with Basic: %d', async (status) => {
    const refused = { ...ASKS_FOR_BASIC, status };
    const script = basicRegistry({
      'GET /v2/': ({ authorization }) => (authorization === undefined ? ASKS_FOR_BASIC : refused),
      [`POST ${UPLOADS}`]: refused,
    });
    expect(await ask(script)).toEqual({ kind: 'wrong-password', host: server.host, status });
  });

  test.each([401, 403])('by the token server: %d', async (status) => {
    const script = tokenRegistry({ 'GET /token': { status, body: errorBody('DENIED') } });
    expect(await ask(script)).toEqual({ kind: 'wrong-password', host: server.host, status });
    expect(server.lines).toHaveLength(3);
  });
});

describe('login right but may not push', () => {
  test('with Basic', async () => {
    const script = basicRegistry({ [`POST ${UPLOADS}`]: { status: 403, body: errorBody('DENIED') } });
    expect(await ask(script)).toEqual({ kind: 'may-not-push', status: 403, code: 'DENIED' });
  });

  test('with a token that lacks the right', async () => {
    const script = tokenRegistry({ [`POST ${UPLOADS}`]: { status: 401, body: errorBody('UNAUTHORIZED') } });
    expect(await ask(script)).toEqual({ kind: 'may-not-push', status: 401, code: 'UNAUTHORIZED' });
  });

  test('by a token server that gives a token for the login, but not for this right', async () => {
    const script = tokenRegistry({
      'GET /token': ({ url }) => (url.includes('scope') ? { status: 403 } : { status: 200, body: { token: TOKEN } }),
    });
    expect(await ask(script)).toEqual({ kind: 'may-not-push', status: 403 });
  });
});

describe('repository missing', () => {
  test.each(['NAME_UNKNOWN', 'NOT_FOUND'])('%s', async (code) => {
    const script = basicRegistry({ [`POST ${UPLOADS}`]: { status: 404, body: errorBody(code) } });
    expect(await ask(script)).toEqual({ kind: 'repository-missing', status: 404, code });
  });

  test('but not on a web server that answers 404 in its own format', async () => {
    const script = basicRegistry({ [`POST ${UPLOADS}`]: { status: 404, body: '<h1>Not found</h1>' } });
    expect(await ask(script)).toMatchObject({ kind: 'unexpected-answer', reason: 'status', status: 404 });
  });
});

describe('a prefix', () => {
  test.each([
    ['Basic', basicRegistry(), ['GET /v2/', 'GET /v2/']],
    ['a token', tokenRegistry(), ['GET /v2/', 'GET /token?service=reg', 'GET /v2/']],
  ])('only logs in: %s', async (_, script, lines) => {
    expect(await ask(script, { isPrefix: true, repository: 'team' })).toEqual({
      kind: 'logged-in',
      loginChecked: true,
    });
    expect(server.lines).toEqual(lines);
  });

  test('on a registry that asks for no login says so', async () => {
    const access = await ask(basicRegistry({ 'GET /v2/': { status: 200 } }), { isPrefix: true });
    expect(access).toEqual({ kind: 'logged-in', loginChecked: false });
  });

  test.each([basicRegistry(), tokenRegistry()])('finds a wrong password', async (script) => {
    const access = await ask(script, { isPrefix: true, password: 'not-this-one' });
    expect(access).toEqual({ kind: 'wrong-password', host: server.host, status: 401 });
  });
});

describe('unexpected answers', () => {
  const wantsBearer = (realm: string): Script => ({
    'GET /v2/': { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } },
  });

  test.each<[string, Script, object]>([
    ['no registry', {}, { reason: 'status', status: 404 }],
    ['an outage', { 'GET /v2/': { status: 503 } }, { reason: 'status', status: 503 }],
    ['too many requests', tokenRegistry({ 'GET /token': { status: 429 } }), { reason: 'status', status: 429 }],
    [
      'a read-only registry',
      basicRegistry({ [`POST ${UPLOADS}`]: { status: 405, body: errorBody('UNSUPPORTED') } }),
      { reason: 'status', status: 405, code: 'UNSUPPORTED' },
    ],
    ['no challenge', { 'GET /v2/': { status: 401 } }, { reason: 'challenge', status: 401 }],
    ['a token server over http:// elsewhere', wantsBearer('http://token.example/'), { reason: 'token-server' }],
    ['a token server that is not an address', wantsBearer('token'), { reason: 'token-server' }],
    ['a token server with a login of its own', wantsBearer('https://a:b@token.example/'), { reason: 'token-server' }],
    ['no token', tokenRegistry({ 'GET /token': { status: 200, body: { expires_in: 300 } } }), { reason: 'token' }],
    ['null for a token', tokenRegistry({ 'GET /token': { status: 200, body: 'null' } }), { reason: 'token' }],
    [
      'a token with a line break',
      tokenRegistry({ 'GET /token': { status: 200, body: { token: 'a\r\nb: c' } } }),
      { reason: 'token' },
    ],
    ['a body that does not end', { 'GET /v2/': { status: 200, body: 'x'.repeat(300_000) } }, { reason: 'too-long' }],
  ])('%s', async (_, script, expected) => {
    expect(await ask(script)).toMatchObject({ kind: 'unexpected-answer', host: server.host, ...expected });
  });

  test('a refused push on a registry that does not ask for a login is not an answer about the login', async () => {
    const script = { 'GET /v2/': { status: 200 }, [`POST ${UPLOADS}`]: { status: 403 } };
    expect(await ask(script)).toMatchObject({ kind: 'unexpected-answer', status: 403 });
  });
});

test('the plain http token server of another host gets no request', async () => {
  const other = await FakeServer.of({});
  try {
    const realm = `http://localhost:${other.port}/token`;
    await ask({ 'GET /v2/': { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } } });
    expect(other.received).toEqual([]);
  } finally {
    await other.stop();
  }
});

test('does not print what the server echoes', async () => {
  const echo: Script[string] = ({ authorization = 'Basic' }) => ({
    status: 401,
    headers: {
      'www-authenticate': `Basic realm="${authorization} ${PASSWORD}"`,
      location: `http://${PASSWORD}.example/${authorization}`,
    },
    body: { errors: [{ code: PASSWORD, message: authorization, detail: PASSWORD }] },
  });
  for (const status of [202, 302, 307, 400, 401, 403, 404, 500]) {
    const script = basicRegistry({
      [`POST ${UPLOADS}`]: (received) => ({ ...(echo as (received: object) => Reply)(received), status }),
    });
    await ask(script);
    await server.stop();
  }
  await ask({ 'GET /v2/': echo, [`POST ${UPLOADS}`]: echo });
});
