// Runs in the network namespace of a box: `node-network.mjs SOCKET`, with an IPC channel. It opens the sockets that the
// tests outside ask for, and connects the API server, which is outside too, with the kubelet.
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

// the API server reaches other networks by HTTP CONNECT (EgressSelectorConfiguration)
const egress = createHttpServer().on('connect', (request, client) => {
  const { hostname, port } = new URL(`http://${request.url}`);
  const server = connect(port, hostname, () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(server).pipe(client);
  });
  for (const one of [client, server]) one.on('error', () => [client, server].forEach((each) => each.destroy()));
});
egress.listen(process.argv[2], () => process.send({ isReady: true }));

// a socket stays in the namespace in which it was created, so it is created here and passed on
process.on('message', ({ id, address, port }) => {
  const server = createServer();
  server.once('error', (error) => process.send({ id, error: error.message }));
  server.listen(port, address, () => process.send({ id }, server, () => server.close()));
});
process.on('disconnect', () => process.exit());
