import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { freePorts } from './process';

/** A server on 127.0.0.1 that can stop listening, and listen again on the same port. */
export class LoopbackServer {
  /** @param tls the certificate and its key; default: plain HTTP. */
  static async start(listener: RequestListener, tls?: { cert: Buffer; key: Buffer }): Promise<LoopbackServer> {
    const [port] = await freePorts(1);
    const server = new LoopbackServer(port, listener, tls);
    await server.accept();
    return server;
  }

  private readonly sockets = new Set<Socket>();
  private server?: Server;

  private constructor(
    readonly port: number,
    private readonly listener: RequestListener,
    private readonly tls?: { cert: Buffer; key: Buffer },
  ) {}

  /** From now on connections are refused, and open ones break. */
  async refuse(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  /** Listens again after `refuse()`. */
  async accept(): Promise<void> {
    if (this.server !== undefined) return;
    const server = this.tls ? createHttpsServer(this.tls, this.listener) : createHttpServer(this.listener);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
  }
}
