import { isDockerHub } from '../../lib/push-secret/docker-config';
import { readChallenge, type Challenge } from './challenge';
import { type Answer, Connection, parseUrl } from './connection';
import { Answered, type PushAccess, type PushAccessQuestion } from './push-access';

/** The host of the API of `docker.io`. */
const DOCKER_HUB_API = 'registry-1.docker.io';

/**
 * The error codes that may be shown. Any other text of an answer may contain what we sent.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
const ERROR_CODES = new Set([
  ...['DENIED', 'UNAUTHORIZED', 'NAME_UNKNOWN', 'NAME_INVALID', 'UNSUPPORTED', 'TOOMANYREQUESTS', 'NOT_FOUND'],
  ...['FORBIDDEN', 'UNAVAILABLE', 'UNKNOWN', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN'],
]);

/**
 * Logs in to a registry as builders do, and asks whether the login may push, by beginning an upload and cancelling it.
 *
 * For a prefix it only logs in. It would have to invent a name below the prefix, and Quay and GitLab create a
 * repository as soon as they are asked for the right to push to it.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
export async function askPushAccess(question: PushAccessQuestion): Promise<PushAccess> {
  const connection = new Connection(question);
  try {
    return await new Conversation(question, connection).ask();
  } catch (error) {
    if (error instanceof Answered) return error.access;
    throw error;
  } finally {
    await connection.close();
  }
}

/** A 401, and the login that it asks for. */
interface LoginRequest {
  readonly challenge: Challenge;
  readonly answer: Answer;
}

class Conversation {
  private readonly registry: URL;
  private readonly basic: string;

  constructor(
    private readonly question: PushAccessQuestion,
    private readonly connection: Connection,
  ) {
    const { host, plainHttp, username, password } = question;
    this.registry = new URL(`${plainHttp ? 'http' : 'https'}://${isDockerHub(host) ? DOCKER_HUB_API : host}/v2/`);
    this.basic = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }

  async ask(): Promise<PushAccess> {
    const ping = await this.connection.send(this.registry);
    if (ping.status !== 200 && ping.status !== 401) throw unexpected(ping);
    const login = ping.status === 401 ? readLoginRequest(ping) : undefined;

    if (!this.question.isPrefix) return this.push(login);
    if (login) await this.checkLogin(login);
    return { kind: 'logged-in', loginChecked: login !== undefined };
  }

  private async push(login?: LoginRequest): Promise<PushAccess> {
    const { repository } = this.question;
    const authorization = login && (await this.authorize(login, `repository:${repository}:pull,push`));
    const uploads = new URL(`/v2/${repository}/blobs/uploads/`, this.registry);
    const answer = await this.connection.send(uploads, { method: 'POST', authorization });

    if (answer.status === 202)
      return {
        kind: 'may-push',
        loginChecked: login !== undefined,
        uploadCancelled: await this.cancel(answer, authorization, login),
      };
    // Some registries answer /v2/ without a login and ask for one here.
    if (answer.status === 401 && !login) return this.push(readLoginRequest(answer));
    if (isRefused(answer) && login) return this.mayNotPush(login, answer);
    // A web server that is not a registry answers 404 too, but not in a registry's format.
    if (answer.status === 404 && errorsOf(answer) !== undefined)
      return { kind: 'repository-missing', ...statusOf(answer) };
    throw unexpected(answer);
  }

  /** A refusal may mean a wrong password or a missing right. Log in without the repository to tell them apart. */
  private async mayNotPush(login: LoginRequest, refusal: Answer): Promise<PushAccess> {
    await this.checkLogin(login);
    return { kind: 'may-not-push', ...statusOf(refusal) };
  }

  /** Logs in to the registry like `docker login`. */
  private async checkLogin(login: LoginRequest): Promise<void> {
    const authorization = await this.authorize(login);
    const answer = await this.connection.send(this.registry, { authorization });
    if (isRefused(answer)) throw wrongPassword(answer);
    if (answer.status !== 200) throw unexpected(answer);
  }

  /** The header that answers a challenge. */
  private async authorize(login: LoginRequest, scope?: string): Promise<string> {
    const { challenge } = login;
    if (challenge.scheme === 'basic') return this.basic;

    const server = this.tokenServer(challenge.realm);
    if (server === undefined) throw unexpected(login.answer, 'token-server');
    if (challenge.service !== undefined) server.searchParams.set('service', challenge.service);
    if (scope !== undefined) server.searchParams.set('scope', scope);
    const answer = await this.connection.send(server, { authorization: this.basic });
    if (isRefused(answer))
      throw new Answered(scope === undefined ? wrongPassword(answer).access : await this.mayNotPush(login, answer));
    if (answer.status !== 200) throw unexpected(answer);
    return readToken(answer);
  }

  /** The token server gets the password, so another host must use https://. */
  private tokenServer(realm: string): URL | undefined {
    const url = parseUrl(realm);
    const isSafe =
      url?.protocol === 'https:' ||
      (url?.protocol === 'http:' && this.question.plainHttp && url.hostname === this.registry.hostname);
    return isSafe && url?.username === '' && url.password === '' ? url : undefined;
  }

  /** Whether the upload was cancelled. If not, it is empty, and registries drop it after a while. */
  private async cancel(begun: Answer, authorization?: string, login?: LoginRequest): Promise<boolean> {
    const location = begun.header('location');
    const upload = location === undefined ? undefined : parseUrl(location, begun.url);
    if (upload?.origin !== this.registry.origin) return false;
    try {
      let answer = await this.connection.send(upload, { method: 'DELETE', authorization });
      // Docker's own registry treats this as deleting, which needs a separate right.
      if (answer.status === 401 && login?.challenge.scheme === 'bearer') {
        const forDelete = await this.authorize(login, `repository:${this.question.repository}:delete`);
        answer = await this.connection.send(upload, { method: 'DELETE', authorization: forDelete });
      }
      return (answer.status >= 200 && answer.status < 300) || answer.status === 404;
    } catch (error) {
      if (error instanceof Answered) return false;
      throw error;
    }
  }
}

function readLoginRequest(answer: Answer): LoginRequest {
  const challenge = readChallenge(answer.header('www-authenticate') ?? '');
  if (challenge === undefined) throw unexpected(answer, 'challenge');
  return { challenge, answer };
}

function isRefused({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

function wrongPassword({ url, status }: Answer): Answered {
  return new Answered({ kind: 'wrong-password', host: url.host, status });
}

function unexpected(answer: Answer, reason: 'status' | 'challenge' | 'token-server' | 'token' = 'status'): Answered {
  return new Answered({ kind: 'unexpected-answer', host: answer.url.host, reason, ...statusOf(answer) });
}

function readToken(answer: Answer): string {
  const { token, access_token } = (parseJson(answer.body) ?? {}) as { token?: unknown; access_token?: unknown };
  const value = typeof token === 'string' && token !== '' ? token : access_token;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw unexpected(answer, 'token');
  return `Bearer ${value}`;
}

function statusOf(answer: Answer): { status: number; code?: string } {
  const code = (errorsOf(answer)?.[0] as { code?: unknown } | null | undefined)?.code;
  return { status: answer.status, ...(typeof code === 'string' && ERROR_CODES.has(code) && { code }) };
}

/** The `errors` of a registry's answer. */
function errorsOf({ body }: Answer): unknown[] | undefined {
  const errors = (parseJson(body) as { errors?: unknown } | null | undefined)?.errors;
  return Array.isArray(errors) ? (errors as unknown[]) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
