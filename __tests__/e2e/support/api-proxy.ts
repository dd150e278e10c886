import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { CertificateFiles } from './certificates';
import { FaultRules } from './fault-rules';
import { LoopbackServer } from './loopback-server';

export interface ApiRequest {
  readonly method: string;
  /** The path with the query. */
  readonly path: string;
}

export interface ApiMatch {
  readonly method?: string;
  readonly path?: RegExp;
  /** Default: every time. */
  readonly times?: number;
}

/** An answer that replaces the API server's. */
export interface ApiFault {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  /** The seconds in the header that tells clients how long to wait. */
  readonly retryAfter?: number;
}

/**
 * No answer: the connection breaks before the server gets the request (`reset`) or after it was carried out (`lost`),
 * or nothing happens (`hang`).
 */
export type Silence = 'reset' | 'lost' | 'hang';

export const conflict: ApiFault = {
  status: 409,
  reason: 'Conflict',
  message: 'Operation cannot be fulfilled: the object has been modified',
};
export const tooManyRequests: ApiFault = {
  status: 429,
  reason: 'TooManyRequests',
  message: 'the server has received too many requests and has asked us to try again later',
  retryAfter: 1,
};
export const internalError: ApiFault = {
  status: 500,
  reason: 'InternalError',
  message: 'Internal error occurred: etcdserver: leader changed',
};

/** A proxy between a container and the API server that adds faults. The cluster's authority signed its certificate. */
export class ApiProxy {
  /** @param upstream the API server's port on loopback. */
  static async start(upstream: number, tls: CertificateFiles): Promise<ApiProxy> {
    const proxy = new ApiProxy(upstream, readFileSync(tls.caFile));
    const identity = { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
    proxy.server = await LoopbackServer.start((request, response) => proxy.answer(request, response), identity);
    return proxy;
  }

  /** The requests that were passed on or answered here, with the status for the client. 0 means without an answer. */
  readonly requests: (ApiRequest & { readonly status: number })[] = [];
  private readonly rules = new FaultRules<ApiRequest, ApiFault | Silence>();
  private server!: LoopbackServer;

  private constructor(
    private readonly upstream: number,
    private readonly ca: Buffer,
  ) {}

  get port(): number {
    return this.server.port;
  }

  /** Answers matching requests with a fault. Returns a function that removes the fault. */
  inject(match: ApiMatch, fault: ApiFault | Silence): () => void {
    return this.rules.add(
      ({ method, path }) => (match.method ?? method) === method && (match.path?.test(path) ?? true),
      fault,
      match.times,
    );
  }

  /** From now on connections are refused. */
  async refuse(): Promise<void> {
    await this.server.refuse();
  }

  /** Removes every fault, and listens again. */
  async heal(): Promise<void> {
    this.rules.clear();
    await this.server.accept();
  }

  async stop(): Promise<void> {
    await this.server.refuse();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const asked: ApiRequest = { method: request.method ?? '', path: request.url ?? '' };
    response.once('finish', () => this.requests.push({ ...asked, status: response.statusCode }));
    const fault = this.rules.take(asked);
    if (fault === undefined || fault === 'lost') return this.forward(request, response, fault === 'lost');
    request.resume();
    if (fault === 'hang') {
      this.requests.push({ ...asked, status: 0 });
      return;
    }
    if (fault === 'reset') {
      this.requests.push({ ...asked, status: 0 });
      request.socket.destroy();
      return;
    }
    const { status: code, reason, message, retryAfter } = fault;
    const headers = { 'content-type': 'application/json', ...(retryAfter && { 'retry-after': String(retryAfter) }) };
    response.writeHead(code, headers);
    response.end(
      JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }),
    );
  }

  private forward(request: IncomingMessage, response: ServerResponse, isLost: boolean): void {
    const onward = httpsRequest(
      {
        host: '127.0.0.1',
        port: this.upstream,
        ca: this.ca,
        agent: false,
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (answer) => {
        if (isLost) {
          this.requests.push({ method: request.method ?? '', path: request.url ?? '', status: 0 });
          answer.resume();
          request.socket.destroy();
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    // for a client, an API server that is down is a broken connection
    onward.once('error', () => {
      this.requests.push({ method: request.method ?? '', path: request.url ?? '', status: 0 });
      request.socket.destroy();
    });
    request.pipe(onward);
  }
}
