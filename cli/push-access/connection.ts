import { getProxyForUrl } from 'proxy-from-env';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { Answered, type PushAccessQuestion } from './push-access';
import { notReachable } from './unreachable';

/** No token or error is longer. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly authorization?: string;
}

/** Sends requests through the proxies in the environment, each with a limit on time and size. */
export class Connection {
  private readonly agents = new Map<string, Dispatcher>();

  constructor(private readonly options: Pick<PushAccessQuestion, 'insecureSkipVerify' | 'timeoutMs'>) {}

  /**
   * Sends a request and follows redirects, but never to another origin, so that a login goes only to its own server. No
   * registry needs more.
   *
   * @throws Answered if there is no answer, or if the answer leads to another origin or is too long
   */
  async send(url: URL, { method = 'GET', authorization }: RequestOptions = {}): Promise<Answer> {
    let at = url;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.sendOnce(at, method, authorization);
      const location = answer.header('location');
      if (!REDIRECTS.has(answer.status) || location === undefined) return answer;

      const to = parseUrl(location, at);
      const keepsMethod = method === 'GET' || answer.status === 307 || answer.status === 308;
      if (to?.origin !== url.origin || !keepsMethod || redirects === MAX_REDIRECTS) {
        throw new Answered({
          kind: 'unexpected-answer',
          host: url.host,
          reason: 'redirect',
          status: answer.status,
          // A server that got the login might repeat it here.
          ...(to !== undefined && /^https?:$/.test(to.protocol) && authorization === undefined && { to: to.origin }),
        });
      }
      at = to;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private async sendOnce(url: URL, method: Dispatcher.HttpMethod, authorization?: string): Promise<Answer> {
    const proxy = proxyFor(url);
    const agent = this.agentFor(url, proxy);
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? 10_000);
    // undici checks its signal only once it is connected, and a proxy may keep it waiting before that.
    const tooLate = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    try {
      return await Promise.race([receive(agent, url, method, signal, authorization), tooLate]);
    } catch (error) {
      if (error instanceof Answered) throw error;
      throw new Answered(notReachable(url.host, error, proxy === undefined ? undefined : hostOf(proxy)));
    }
  }

  private agentFor(url: URL, proxy = ''): Dispatcher {
    let agent = this.agents.get(proxy);
    if (agent === undefined) {
      const tls = { rejectUnauthorized: !this.options.insecureSkipVerify };
      try {
        // Use a tunnel only for https://, as many proxies allow no tunnels to other ports.
        agent =
          proxy === ''
            ? new Agent({ connect: tls })
            : new ProxyAgent({ uri: proxy, requestTls: tls, proxyTunnel: false });
      } catch {
        throw new Answered({ kind: 'not-reachable', host: url.host, cause: 'proxy-setting' });
      }
      this.agents.set(proxy, agent);
    }
    return agent;
  }
}

/** The proxy for an address, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in upper or lower case. */
function proxyFor(url: URL): string | undefined {
  const proxy = getProxyForUrl(url.href);
  if (proxy === '') return undefined;
  // curl and Go read `proxy:3128` as http://, but the library adds the scheme of the address.
  return Object.values(process.env).includes(proxy) ? proxy : proxy.replace(/^https:/, 'http:');
}

/** The proxy's host and port, without a login. */
function hostOf(proxy: string): string {
  return parseUrl(proxy)?.host ?? '';
}

export function parseUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

async function receive(
  dispatcher: Dispatcher,
  url: URL,
  method: Dispatcher.HttpMethod,
  signal: AbortSignal,
  authorization?: string,
): Promise<Answer> {
  const headers = { 'user-agent': 'primehub-image-registries', ...(authorization !== undefined && { authorization }) };
  const answer = await request(url, { dispatcher, method, headers, signal });
  return {
    url,
    status: answer.statusCode,
    body: await readBody(answer.body, url, answer.statusCode),
    header: (name) => [answer.headers[name] ?? []].flat().join(', ') || undefined,
  };
}

async function readBody(body: Dispatcher.ResponseData['body'], url: URL, status: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > MAX_BODY_BYTES)
      throw new Answered({ kind: 'unexpected-answer', host: url.host, reason: 'too-long', status });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
