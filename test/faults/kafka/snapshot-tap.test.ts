import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startSnapshotTap } from './snapshot-tap.ts';

const jws = (version: number, more = '') => `head.${Buffer.from(JSON.stringify({ epoch: 3, version, more })).toString('base64url')}.${'s'.repeat(86)}`;

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function tapOf(...ports: number[]) {
  const tap = await startSnapshotTap(ports);
  onTestFinished(() => tap.close());
  return tap;
}

it('hands answers on, and notes the snapshots in polls and in streams however they are cut', async () => {
  const port = await serve((request, response) => {
    if (request.url !== '/v1/overrides/stream') return void response.end(jws(1));
    const event = `event: snapshot\nid: 3.2\ndata: ${jws(2)}\n\n`;
    response.write(event.slice(0, 60));
    setTimeout(() => response.end(event.slice(60)), 20);
  });
  const tap = await tapOf(port);
  expect(await (await fetch(`${tap.url}/v1/overrides`)).text()).toBe(jws(1));
  expect(await (await fetch(`${tap.url}/v1/overrides/stream`)).text()).toContain(jws(2));
  expect([...tap.seen]).toEqual([['3.1', jws(1)], ['3.2', jws(2)]]);
});

it('tells of two contents under one version', async () => {
  let asked = 0;
  const tap = await tapOf(await serve((_, response) => response.end(jws(1, String(asked++)))));
  for (let i = 0; i < 2; i++) await (await fetch(`${tap.url}/v1/overrides`)).text();
  expect(tap.faults).toEqual(['two contents of 3.1']);
});

it('asks the next API when one does not answer', async () => {
  const dead = await serve((request) => request.socket.destroy());
  const tap = await tapOf(dead, await serve((_, response) => response.end(jws(5))));
  await expect(fetch(`${tap.url}/v1/overrides`)).rejects.toThrow();
  expect(await (await fetch(`${tap.url}/v1/overrides`)).text()).toBe(jws(5));
});
