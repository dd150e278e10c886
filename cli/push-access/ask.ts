import { isDockerHub } from '../../lib/push-secret/docker-config';
import { readChallenge, type Challenge } from './challenge';
import { type Answer, Connection, parseUrl } from './connection';
import { Answered, type PushAccess, type PushAccessQuestion } from './push-access';

/** Where the registry of `docker.io` answers. */
const DOCKER_HUB_API = 'registry-1.docker.io';

/**
 * The error codes that may be shown. Any other text of the answer may hold what we sent.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
const ERROR_CODES = new Set([
  ...['DENIED', 'UNAUTHORIZED', 'NAME_UNKNOWN', 'NAME_INVALID', 'UNSUPPORTED', 'TOOMANYREQUESTS', 'NOT_FOUND'],
  ...['FORBIDDEN', 'UNAVAILABLE', 'UNKNOWN', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN'],
]);

/**
 * Logs in to a registry as builders do, and asks whether the login may push: begins an upload and cancels it.
 *
 * For a prefix it only logs in. The name below it would have to be made up, and Quay and GitLab create a repository
 * as soon as they are asked for the right to push to it: that one would stay.
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

/** A 401, and how it wants to be answered. */
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
    // Some registries let anyone see /v2/ and ask for a login here.
    if (answer.status === 401 && !login) return this.push(readLoginRequest(answer));
    if (isRefused(answer) && login) return this.mayNotPush(login, answer);
    // A web server that is no registry answers 404 too, in its own words.
    if (answer.status === 404 && errorsOf(answer) !== undefined)
      return { kind: 'repository-missing', ...statusOf(answer) };
    throw unexpected(answer);
  }

  /** A refusal says "wrong password" or "not here"; that the login is right shows without the repository. */
  private async mayNotPush(login: LoginRequest, refusal: Answer): Promise<PushAccess> {
    await this.checkLogin(login);
    return { kind: 'may-not-push', ...statusOf(refusal) };
  }

  /** Logs in to the registry as `docker login` does. */
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

  /** The token server may be another host, by https:// alone: it gets the password. */
  private tokenServer(realm: string): URL | undefined {
    const url = parseUrl(realm);
    const isSafe =
      url?.protocol === 'https:' ||
      (url?.protocol === 'http:' && this.question.plainHttp && url.hostname === this.registry.hostname);
    return isSafe && url?.username === '' && url.password === '' ? url : undefined;
  }

  /** Whether the upload is gone. One that stays is empty, and registries drop it after a while. */
  private async cancel(begun: Answer, authorization?: string, login?: LoginRequest): Promise<boolean> {
    const location = begun.header('location');
    const upload = location === undefined ? undefined : parseUrl(location, begun.url);
    if (upload?.origin !== this.registry.origin) return false;
    try {
      let answer = await this.connection.send(upload, { method: 'DELETE', authorization });
      // To Docker's own registry this is deleting: a right by itself, which nobody needs to push.
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
