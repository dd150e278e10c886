import {
  describePushAccess,
  type PushAccess,
  type UnexpectedAnswer,
  type UnreachableCause,
} from '../../../cli/push-access';
import { notReachable } from '../../../cli/push-access/unreachable';

const QUESTION = { host: 'reg.example:5000', repository: 'team/notebooks', isPrefix: false };
const host = 'reg.example:5000';

test.each<[PushAccess, string]>([
  [{ kind: 'may-push', loginChecked: true, uploadCancelled: true }, 'may push'],
  [
    { kind: 'may-push', loginChecked: false, uploadCancelled: false },
    'may push, as anyone may: the registry does not ask for a login, so the password was not checked. The empty upload that tested this could not be cancelled; the registry will drop it',
  ],
  [
    { kind: 'logged-in', loginChecked: true },
    'the login is right. With a prefix, the registry is not asked whether it may push, as some would create a repository',
  ],
  [
    { kind: 'logged-in', loginChecked: false },
    'the registry does not ask for a login until something is pushed, so the password was not checked',
  ],
  [
    { kind: 'wrong-password', host: 'auth.example', status: 401 },
    'wrong password: auth.example refuses the login (401). Check the user name, and that the password or token is complete and has not expired',
  ],
  [
    { kind: 'may-not-push', status: 403, code: 'DENIED' },
    'the login is right but may not push (403 DENIED). Give it the right to write here, or correct pushRepo. Some registries answer the same if the repository or project does not exist',
  ],
  [
    { kind: 'repository-missing', status: 404, code: 'NAME_UNKNOWN' },
    'the repository does not exist (404 NAME_UNKNOWN). Create it, or correct pushRepo',
  ],
])('%j', (access, line) => {
  expect(describePushAccess(QUESTION, access)).toBe(`reg.example:5000/team/notebooks: ${line}`);
});

test.each<[UnreachableCause, string]>([
  ['unknown-authority', 'NODE_EXTRA_CA_CERTS'],
  ['certificate-expired', 'Renew it'],
  ['certificate-not-yet-valid', 'the clock'],
  ['wrong-name', 'for another name'],
  ['no-tls', 'write http:// in registryEndpoint'],
  ['no-http', 'CODE'],
  ['name-not-found', 'CODE'],
  ['refused', 'nothing listens there'],
  ['time-out', 'through the proxy proxy.example:3128'],
  ['broken', 'through the proxy proxy.example:3128 (CODE)'],
  ['proxy-setting', 'Correct HTTPS_PROXY'],
  ['proxy-unreachable', 'the proxy proxy.example:3128 does not answer (CODE)'],
  [
    'proxy-refused',
    'the proxy proxy.example:3128 refuses to connect to it (403). Have the proxy allow it, or add reg.example to NO_PROXY',
  ],
])('not reachable: %s', (cause, part) => {
  const access: PushAccess = {
    kind: 'not-reachable',
    host,
    cause,
    proxy: 'proxy.example:3128',
    status: 403,
    code: 'CODE',
  };
  const line = describePushAccess(QUESTION, access);
  expect(line).toContain('reg.example:5000/team/notebooks: reg.example:5000 is not reachable: ');
  expect(line).toContain(part);
});

test.each<[UnexpectedAnswer['reason'], number, string]>([
  ['status', 429, 'Try again later'],
  ['status', 503, 'an internal error'],
  ['status', 404, 'check that registryEndpoint is the address of a registry'],
  ['challenge', 401, 'neither Basic nor Bearer'],
  ['token-server', 401, 'only https:// is safe'],
  ['token', 200, 'contains no token'],
  ['redirect', 301, 'redirects to https://elsewhere.example'],
  ['too-long', 200, 'is too long'],
])('unexpected answer: %s %d', (reason, status, part) => {
  const access: PushAccess = { kind: 'unexpected-answer', host, reason, status, to: 'https://elsewhere.example' };
  const line = describePushAccess(QUESTION, access);
  expect(line).toContain(`reg.example:5000/team/notebooks: unexpected answer from reg.example:5000 (${status}): `);
  expect(line).toContain(part);
});

test('a prefix has its own key, and may be the top of the registry', () => {
  const line = describePushAccess({ host, repository: '', isPrefix: true }, { kind: 'may-not-push', status: 403 });
  expect(line).toMatch(/^reg\.example:5000: .* correct pushRepoPrefix\./);
});

describe('the cause of a failure', () => {
  const failure = (code: string): Error => Object.assign(new Error('text that may hold a password'), { code });

  test.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-authority'],
    ['CERT_HAS_EXPIRED', 'certificate-expired'],
    ['CERT_NOT_YET_VALID', 'certificate-not-yet-valid'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
    ['EAI_AGAIN', 'name-not-found'],
    ['ETIMEDOUT', 'time-out'],
    ['ECONNRESET', 'broken'],
    ['HPE_INVALID_CONSTANT', 'no-http'],
  ])('%s', (code, cause) => {
    expect(notReachable(host, failure(code))).toEqual({ kind: 'not-reachable', host, cause, code });
  });

  test('of a name with several addresses is that of the first', () => {
    const error = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);
    expect(notReachable(host, error)).toMatchObject({ cause: 'refused', code: 'ECONNREFUSED' });
  });

  test('is looked for in the cause of an error without a code', () => {
    expect(notReachable(host, new Error('', { cause: failure('ENOTFOUND') }))).toMatchObject({
      cause: 'name-not-found',
    });
  });

  test('repeats no code that is not one', () => {
    expect(notReachable(host, failure('a password'))).toEqual({ kind: 'not-reachable', host, cause: 'broken' });
  });
});
