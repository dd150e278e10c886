import type { NotReachable, PushAccess, PushAccessQuestion, UnexpectedAnswer } from './push-access';

/** One line for people: where, what is wrong, why, and what to do. */
export function describePushAccess(
  { host, repository, isPrefix }: Pick<PushAccessQuestion, 'host' | 'repository' | 'isPrefix'>,
  access: PushAccess,
): string {
  const where = repository === '' ? host : `${host}/${repository}`;
  return `${where}: ${say(access, isPrefix ? 'pushRepoPrefix' : 'pushRepo')}`;
}

function say(access: PushAccess, key: string): string {
  switch (access.kind) {
    case 'may-push': {
      const login = access.loginChecked
        ? ''
        : ', as anyone may: the registry does not ask for a login, so the password was not checked';
      const rest = access.uploadCancelled
        ? ''
        : '. The empty upload that tested this could not be cancelled; the registry will drop it';
      return `may push${login}${rest}`;
    }
    case 'logged-in':
      return access.loginChecked
        ? 'the login is right. With a prefix, the registry is not asked whether it may push, as some would create a repository'
        : 'the registry does not ask for a login until something is pushed, so the password was not checked';
    case 'wrong-password':
      return `wrong password: ${access.host} refuses the login (${access.status}). Check the user name, and that the password or token is complete and has not expired`;
    case 'may-not-push':
      return `the login is right but may not push (${shown(access)}). Give it the right to write here, or correct ${key}. Some registries answer the same if the repository or project does not exist`;
    case 'repository-missing':
      return `the repository does not exist (${shown(access)}). Create it, or correct ${key}`;
    case 'not-reachable':
      return `${access.host} is not reachable: ${sayCause(access)}`;
    case 'unexpected-answer':
      return `unexpected answer from ${access.host} (${shown(access)}): ${sayUnexpected(access)}`;
  }
}

function sayCause({ cause, host, proxy, status, code }: NotReachable): string {
  const through = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  switch (cause) {
    case 'unknown-authority':
      return 'this machine does not know the authority that signed its certificate. Save the certificate of that authority as PEM and set NODE_EXTRA_CA_CERTS to the file';
    case 'certificate-expired':
      return 'its certificate has expired. Renew it, or correct the clock of this machine';
    case 'certificate-not-yet-valid':
      return 'its certificate is not valid yet. Check the clock of this machine';
    case 'wrong-name':
      return 'its certificate is for another name. Use the name in the certificate, or get a certificate for this name';
    case 'no-tls':
      return 'it does not speak TLS. If it should be reached over plain HTTP, write http:// in registryEndpoint';
    case 'no-http':
      return `its answer is not HTTP (${code}). Check the port, and whether registryEndpoint needs https://`;
    case 'name-not-found':
      return `the name cannot be resolved (${code}). Check the spelling, and the DNS of this machine`;
    case 'refused':
      return 'nothing listens there (ECONNREFUSED). Check the port, and that the registry is running';
    case 'time-out':
      return `no answer in time${through}. Check firewalls, and whether this machine needs HTTPS_PROXY`;
    case 'broken':
      return `the connection was lost${through}${code === undefined ? '' : ` (${code})`}. Try again, and check the log of the registry`;
    case 'proxy-setting':
      return 'the proxy for it is not an http:// or https:// address. Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY';
    case 'proxy-unreachable':
      return `the proxy ${proxy} does not answer (${code}). Correct HTTPS_PROXY or HTTP_PROXY, or add ${withoutPort(host)} to NO_PROXY`;
    case 'proxy-refused':
      return status === 407
        ? `the proxy ${proxy} requires a login (407). Put it in HTTPS_PROXY: http://user:password@${proxy}`
        : `the proxy ${proxy} refuses to connect to it (${status}). Have the proxy allow it, or add ${withoutPort(host)} to NO_PROXY`;
  }
}

function sayUnexpected({ reason, status, to }: UnexpectedAnswer): string {
  switch (reason) {
    case 'status':
      if (status === 429) return 'too many requests. Try again later';
      if (status >= 500) return 'the registry has an internal error. Try again, and check its log';
      return 'check that registryEndpoint is the address of a registry';
    case 'challenge':
      return 'it asks for a login that is neither Basic nor Bearer. Check that registryEndpoint is the address of a registry';
    case 'token-server':
      return 'it names a token server to which a password must not be sent, as only https:// is safe. Correct the realm in the settings of the registry';
    case 'token':
      return 'its answer contains no token. Check the log of the token server';
    case 'redirect':
      return `it redirects to ${to ?? 'another address'}, and a login is never sent to another address. Use that address instead`;
    case 'too-long':
      return 'its answer is too long. Check that registryEndpoint is the address of a registry';
  }
}

function shown({ status, code }: { readonly status: number; readonly code?: string }): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
