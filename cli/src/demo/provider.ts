import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createProviderServer } from './provider-server.ts';

// The demo's model provider, a process of its own: node provider.ts --seed 1 --port 0. It listens on loopback only.
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, port: { type: 'string', default: '0' } } });
const server = createProviderServer(Number(values.seed));
// The application keeps its connections longer than Node's default of 5 s, and a closed one would look like a failed call.
server.keepAliveTimeout = 60_000;
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
process.once('SIGTERM', () => process.exit(0));
process.once('SIGINT', () => process.exit(0));
