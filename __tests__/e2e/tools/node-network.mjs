// Runs in the network namespace of a box, for the tests outside of it: opens the sockets that they ask for, and connects
// the API server, which is outside too, with the kubelet. `node-network.mjs SOCKET`, with an IPC channel.
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

// the API server's own way to a network that it is not in: HTTP CONNECT (EgressSelectorConfiguration)
const egress = createHttpServer().on('connect', (request, client) => {
  const { hostname, port } = new URL(`http://${request.url}`);
  const server = connect(port, hostname, () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(server).pipe(client);
  });
  for (const one of [client, server]) one.on('error', () => [client, server].forEach((each) => each.destroy()));
});
egress.listen(process.argv[2], () => process.send({ isReady: true }));

// a socket stays in the namespace that it was made in, whoever holds it: it is made here, and handed over
process.on('message', ({ id, address, port }) => {
  const server = createServer();
  server.once('error', (error) => process.send({ id, error: error.message }));
  server.listen(port, address, () => process.send({ id }, server, () => server.close()));
});
process.on('disconnect', () => process.exit());
