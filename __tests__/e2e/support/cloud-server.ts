import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CertificateFiles } from './certificates';
import { FaultRules } from './fault-rules';
import { sleep } from './process';

export interface CloudRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface CloudAnswer {
  readonly status: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body: string;
}

/** A kind of request that a cloud answers. */
export interface Endpoint {
  /** Its name, for faults and for the list of requests. */
  readonly step: string;
  /** `https://<host><path>`, without the query. */
  readonly url: RegExp;
  readonly answer: (request: CloudRequest) => CloudAnswer;
}

/** Changes an answer; `undefined` breaks the connection. */
export type CloudFault = (answer: CloudAnswer) => CloudAnswer | undefined | Promise<CloudAnswer | undefined>;

export const json = (status: number, value: object, headers: http.OutgoingHttpHeaders = {}): CloudAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

export const cloudFaults = {
  html: (): CloudAnswer => ({
    status: 200,
    headers: { 'Content-Type': 'text/html' },
    body: '<!doctype html><title>Sign in</title><p>Guest network: {"access_token":"no","refresh_token":"no"}</p>',
  }),
  badGateway: (): CloudAnswer => ({ status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>502</h1>' }),
  /** As large as the largest answer that is read. */
  binary: (): CloudAnswer => ({ status: 200, body: '\u0001'.repeat(262_000) }),
  empty: (): CloudAnswer => ({ status: 200, body: '' }),
  reset: (): undefined => undefined,
  /** Answers later than a client waits. */
  slow:
    (ms: number): CloudFault =>
    async (answer) => {
      await sleep(ms);
      return answer;
    },
  truncated: (answer: CloudAnswer): CloudAnswer => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }),
  redirect:
    (location: string): CloudFault =>
    () => ({ status: 302, headers: { Location: location }, body: '' }),
  /** Replaces members of the answer; `undefined` removes one. */
  members:
    (change: (answer: Record<string, unknown>) => object): CloudFault =>
    (answer) => {
      const members = JSON.parse(answer.body) as Record<string, unknown>;
      return { ...answer, body: JSON.stringify({ ...members, ...change(members) }) };
    },
} satisfies Record<string, CloudFault | ((...args: never[]) => CloudFault)>;

/** Where the clouds listen. */
export interface CloudSocket {
  readonly tls: CertificateFiles;
  readonly address: string;
  /** Default: the ports that clients use by default. 0 is a free one. */
  readonly ports?: { readonly https: number; readonly http: number };
}

/** The endpoints of the clouds, and registries, under their real names. */
export class CloudServer {
  /** @param registries the port of the real registry behind a host. */
  static async start(
    { tls, address, ports = { https: 443, http: 80 } }: CloudSocket,
    endpoints: readonly Endpoint[],
    registries: ReadonlyMap<string, number>,
  ): Promise<CloudServer> {
    const server = new CloudServer(tls, endpoints, registries);
    try {
      await Promise.all([listen(server.secure, ports.https, address), listen(server.plain, ports.http, address)]);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** All requests: the step and the status of the answer, or 0 if the connection broke. */
  readonly requests: { readonly step: string; readonly status: number }[] = [];
  /** Can delay the answer to the content of an upload, by its path. A registry checks the login before that. */
  afterUpload: (path: string) => Promise<void> = () => Promise.resolve();
  private readonly faults = new FaultRules<string, CloudFault>();
  private readonly secure: https.Server;
  private readonly plain: http.Server;
  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(
    tls: CertificateFiles,
    private readonly endpoints: readonly Endpoint[],
    private readonly registries: ReadonlyMap<string, number>,
  ) {
    const listener =
      (scheme: string): http.RequestListener =>
      (request, response) => {
        const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host}`);
        void this.handle(request, response, url).catch((error: Error) => response.destroy(error));
      };
    this.secure = https.createServer(
      { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
      listener('https'),
    );
    this.plain = http.createServer(listener('http'));
  }

  get ports(): { https: number; http: number } {
    const portOf = (server: http.Server): number => (server.address() as AddressInfo).port;
    return { https: portOf(this.secure), http: portOf(this.plain) };
  }

  /** Injects a fault into the answers of a step. Returns a function that removes it. */
  inject(step: string, fault: CloudFault, times?: number): () => void {
    if (!this.endpoints.some((endpoint) => endpoint.step === step)) throw new Error(`there is no step ${step}`);
    return this.faults.add((asked) => asked === step, fault, times);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    for (const server of [this.secure, this.plain]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse, url: URL): Promise<void> {
    const endpoint = this.endpoints.find(
      (one) => one.url.exec(url.origin + url.pathname)?.[0] === url.origin + url.pathname,
    );
    const port = this.registries.get(url.host);
    if (endpoint === undefined && port !== undefined) return this.forward(request, response, port);

    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', headers } = request;
    const right = endpoint?.answer({ method, headers, url, body: Buffer.concat(chunks).toString() });
    const step = endpoint?.step ?? `unknown: ${method} ${url.origin}${url.pathname}`;
    const fault = this.faults.take(step);
    const answer = right && fault ? await fault(right) : (right ?? { status: 404, body: 'not found' });
    this.requests.push({ step, status: answer?.status ?? 0 });
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private forward(request: http.IncomingMessage, response: http.ServerResponse, port: number): void {
    const headers: http.OutgoingHttpHeaders = { ...request.headers, 'x-forwarded-proto': 'https' };
    // a `Connection: close` of the client is not for the registry
    delete headers.connection;
    const { method, url: path } = request;
    const onward = http.request({ agent: this.agent, host: '127.0.0.1', port, method, path, headers });
    onward.once('error', (error) => response.destroy(error));
    onward.once('response', (answer) => {
      const send = (): void => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      if (method === 'PATCH') void this.afterUpload(path ?? '').then(send);
      else send();
    });
    request.pipe(onward);
  }
}

function listen(server: http.Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, address, resolve);
  });
}
