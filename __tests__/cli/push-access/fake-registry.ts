import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { PushAccessQuestion } from '../../../cli/push-access';

export const USERNAME = 'ann';
export const PASSWORD = 'correct-horse-battery';
export const BASIC = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
export const TOKEN = 'a.token-of.the-server';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization?: string;
}

export type Reply = { status: number; headers?: Record<string, string>; body?: unknown };

/** Answers by `METHOD path`, ignoring the query. The default is 404 without a body. */
export type Script = Record<string, Reply | ((received: Received) => Reply)>;

/** A server on loopback that records its requests and answers from a script. */
export class FakeServer {
  static async start(
    listener: RequestListener,
    tls?: { cert: string; key: string },
    received: Received[] = [],
  ): Promise<FakeServer> {
    const server = tls ? createHttpsServer(tls, listener) : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeServer(server, received);
  }

  static async of(script: Script): Promise<FakeServer> {
    const received: Received[] = [];
    return FakeServer.start((request, response) => reply(script, received, request, response), undefined, received);
  }

  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    readonly received: Received[],
  ) {
    server.on('connection', (socket: Socket) => this.sockets.add(socket));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get lines(): string[] {
    return this.received.map(({ method, url }) => `${method} ${url}`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }
}

function reply(script: Script, received: Received[], request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '' } = request;
  const one = { method, url, authorization: request.headers.authorization };
  received.push(one);
  const scripted = script[`${method} ${url.split('?')[0]}`] ?? { status: 404 };
  const { status, headers, body } = typeof scripted === 'function' ? scripted(one) : scripted;
  response.writeHead(status, headers);
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

export function questionFor(server: { host: string }, more: Partial<PushAccessQuestion> = {}): PushAccessQuestion {
  return {
    ...{ host: server.host, repository: 'team/notebooks', isPrefix: false, username: USERNAME, password: PASSWORD },
    ...{ plainHttp: true, insecureSkipVerify: false, timeoutMs: 5_000 },
    ...more,
  };
}

/** An error in the format of a registry. */
export function errorBody(code: string, message = 'no'): { errors: { code: string; message: string }[] } {
  return { errors: [{ code, message }] };
}
