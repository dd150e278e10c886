import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy on loopback that leads every tunnel to one place, and records everything that it sees. */
export class ConnectProxy {
  static async start(onward: { readonly host: string; readonly port: number }): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(onward);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The first line of each request. */
  readonly requests: string[] = [];
  /** The bytes that clients sent through the tunnels. */
  sent = Buffer.alloc(0);
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(onward: { readonly host: string; readonly port: number }) {
    this.server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      response.writeHead(501).end();
    });
    this.server.on('connection', (socket: Socket) => this.sockets.add(socket));
    this.server.on('connect', (request, client) => {
      this.requests.push(`${request.method} ${request.url}`);
      const server = connect(onward, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
      this.sockets.add(server);
      client.on('data', (bytes: Buffer) => (this.sent = Buffer.concat([this.sent, bytes])));
      client.on('error', () => server.destroy()).pipe(server);
      server.on('error', () => client.destroy()).pipe(client);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }
}
