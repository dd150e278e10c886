import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { tool } from './tools';

const PROGRAM = resolve(__dirname, '../tools/node-network.mjs');

interface Message {
  readonly id?: number;
  readonly error?: string;
}

/** The tests' end of a box's network. It lets the box reach servers on this machine's loopback. */
export class NodeNetwork {
  /**
   * @param pid a process of the box
   * @param egressSocket at which the API server requests connections into the box
   */
  static async open(pid: number, egressSocket: string): Promise<NodeNetwork> {
    const network = new NodeNetwork(
      spawn(tool('nsenter'), [`--net=/proc/${pid}/ns/net`, '--', process.execPath, PROGRAM, egressSocket], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { PATH: process.env.PATH },
      }),
    );
    await network.answer(undefined);
    return network;
  }

  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly child: ChildProcess) {}

  /** Lets the box reach a port of this machine's loopback at an address inside the box. */
  async expose(address: string, port: number, loopbackPort: number): Promise<void> {
    const id = this.servers.length;
    const answered = this.answer(id);
    this.child.send({ id, address, port });
    const server = await answered;
    if (server === undefined) throw new Error(`no socket for ${address}:${port}`);
    this.servers.push(server);
    server.on('connection', (client) => {
      this.join(this.note(client), this.note(connect(loopbackPort, '127.0.0.1')));
    });
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await Promise.all(this.servers.map((server) => new Promise((closed) => server.close(closed))));
    if (this.child.connected) this.child.disconnect();
  }

  private note(socket: Socket): Socket {
    this.sockets.add(socket);
    // an open connection may break too
    socket.on('error', () => socket.destroy());
    return socket.once('close', () => this.sockets.delete(socket));
  }

  private join(...pair: [Socket, Socket]): void {
    for (const socket of pair) socket.on('error', () => pair.forEach((each) => each.destroy()));
    pair[0].pipe(pair[1]).pipe(pair[0]);
  }

  private answer(id: number | undefined): Promise<Server | undefined> {
    return new Promise((resolved, rejected) => {
      const onExit = (code: number | null): void => rejected(new Error(`${PROGRAM} ended with ${String(code)}`));
      this.child.once('exit', onExit);
      const onMessage = (message: Message, server?: unknown): void => {
        if (message.id !== id) return;
        this.child.off('message', onMessage).off('exit', onExit);
        if (message.error === undefined) resolved(server as Server | undefined);
        else rejected(new Error(message.error));
      };
      this.child.on('message', onMessage);
    });
  }
}
