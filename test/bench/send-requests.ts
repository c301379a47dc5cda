/*
 * The other side of the collector, a process of its own: node send-requests.ts URL plain|gzip CONNECTIONS. A line "FIRST COUNT" on standard input makes it prepare so many
 * requests; it says "ready", waits for one more line, sends them until each is acknowledged, and says how often it had to repeat.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type Encoding, NumberedRequests } from './numbered-requests.ts';

const RETRY_MS = 200;
const [url = '', encoding = 'plain', connections = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const requests = new NumberedRequests();
const lines = createInterface({ input: process.stdin });

function post(body: Buffer): Promise<boolean> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length, ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}) };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200)).on('error', () => resolve(false));
    });
    sent.on('error', () => resolve(false)).end(body);
  });
}

async function sendAll(bodies: Buffer[]): Promise<number> {
  let repeats = 0;
  await Promise.all(Array.from({ length: Number(connections) }, async () => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      while (!(await post(body))) {
        repeats += 1;
        await pause(RETRY_MS);
      }
    }
  }));
  return repeats;
}

for (;;) {
  const [range] = await once(lines, 'line') as [string];
  const [first = 0, count = 0] = range.split(' ').map(Number);
  const bodies = Array.from({ length: count }, (_, index) => requests.encoded(first + index, encoding as Encoding));
  console.log('"ready"');
  await once(lines, 'line');
  const startedAt = performance.now();
  const repeats = await sendAll(bodies);
  console.log(JSON.stringify({ repeats, sentMs: performance.now() - startedAt }));
}
