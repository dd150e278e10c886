// A name server. `name-server.mjs ADDRESS NAME...` listens on the address, and resolves the names to it. Other names do
// not exist.
import { createSocket } from 'node:dgram';

const [address, ...names] = process.argv.slice(2);
const server = createSocket('udp4');
server.on('message', (query, { address: from, port }) => {
  const labels = [];
  let end = 12;
  for (; query[end] > 0; end += query[end] + 1) labels.push(query.toString('latin1', end + 1, end + 1 + query[end]));
  const isKnown = names.includes(labels.join('.').toLowerCase());
  const isAddress = query.readUInt16BE(end + 1) === 1;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // an answer, recursion desired and available; 3 is "no such name"
  header.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isKnown && isAddress ? 1 : 0, 6);
  // the name again, type A, class IN, 5 seconds, 4 bytes
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]);
  server.send([header, query.subarray(12, end + 5), ...(isKnown && isAddress ? [answer] : [])], port, from);
});
server.bind(53, address, () => console.log('listening'));
