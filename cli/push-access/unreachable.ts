import type { NotReachable, UnreachableCause } from './push-access';

/** Node's error codes. For OpenSSL's codes see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CAUSES: Readonly<Record<string, UnreachableCause>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'time-out',
  UND_ERR_CONNECT_TIMEOUT: 'time-out',
  UND_ERR_PRX_TLS: 'proxy-unreachable',
};

/** The message of undici if a proxy refuses a request. */
const PROXY_REFUSED = /^Proxy .*\((\d{3})\)/;

/**
 * Why a request got no answer, from the error of Node or undici. The error's text is not shown, as it may contain what
 * was sent.
 */
export function notReachable(host: string, error: unknown, proxy?: string): NotReachable {
  const base = { kind: 'not-reachable', host, ...(proxy !== undefined && { proxy }) } as const;
  const { code, message, name } = rootOf(error);
  const refused = PROXY_REFUSED.exec(message)?.[1];
  if (proxy !== undefined && refused !== undefined) return { ...base, cause: 'proxy-refused', status: Number(refused) };
  if (name === 'TimeoutError') return { ...base, cause: 'time-out' };
  const cause = CAUSES[code] ?? (code.startsWith('HPE_') ? 'no-http' : 'broken');
  const shownCode = /^[A-Z0-9_]+$/.test(code) ? { code } : {};
  // With a proxy, this machine resolves and connects only to the proxy.
  if (proxy !== undefined && (cause === 'name-not-found' || cause === 'refused'))
    return { ...base, cause: 'proxy-unreachable', ...shownCode };
  return { ...base, cause, ...shownCode };
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly name: string;
}

/** The failure itself. A name with several addresses fails with one error for each, of which the first is enough. */
function rootOf(error: unknown): Failure {
  const {
    code,
    message = '',
    name = '',
    errors,
    cause,
  } = error as Partial<Failure> & { errors?: unknown[]; cause?: unknown };
  if (typeof code !== 'string' || code === '') {
    if (errors !== undefined && errors.length > 0) return rootOf(errors[0]);
    if (cause instanceof Error) return rootOf(cause);
  }
  return { code: typeof code === 'string' ? code : '', message, name };
}
