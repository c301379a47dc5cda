import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A server that answers every byte with the same byte, behind a proxy. */
async function startEcho(): Promise<TcpProxy> {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startTcpProxy((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  return proxy;
}

async function open(proxy: TcpProxy): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let got = '';
  while (got.length < text.length) got += String((await once(socket, 'data'))[0]);
  return got;
}

it('carries both ways, and an end', async () => {
  const socket = await open(await startEcho());
  const much = 'abcdefgh'.repeat(100_000);
  expect(await ask(socket, much)).toBe(much);
  socket.end();
  await closed(socket);
});

it('silences the open connections without closing them, and carries new ones', async () => {
  const proxy = await startEcho();
  const silent = await open(proxy);
  await ask(silent, 'before');
  const heard: string[] = [];
  silent.on('data', (chunk) => heard.push(String(chunk))).on('close', () => heard.push('closed'));
  proxy.silence();
  silent.write('is anybody there');
  expect(await ask(await open(proxy), 'a new one')).toBe('a new one');
  await pause(50);
  expect(heard).toEqual([]);
  expect(proxy.openConnections()).toBe(2);
});

it('resets the open connections when it cuts', async () => {
  const proxy = await startEcho();
  const socket = await open(proxy);
  await ask(socket, 'before');
  const reset = closed(socket);
  proxy.cut();
  await reset;
  expect(await ask(await open(proxy), 'after')).toBe('after');
});

it('swallows or refuses new connections when told, and leaves the open ones alone', async () => {
  const proxy = await startEcho();
  const before = await open(proxy);
  await ask(before, 'x');
  proxy.newConnections('swallow');
  const swallowed = await open(proxy);
  const answers: unknown[] = [];
  swallowed.on('data', (chunk) => answers.push(chunk));
  swallowed.write('lost');
  proxy.newConnections('refuse');
  const refused = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  await closed(refused);
  expect(await ask(before, 'still here')).toBe('still here');
  expect(answers).toEqual([]);
});

it('delays what it carries, both ways, and keeps its order when the delay ends', async () => {
  const proxy = await startEcho();
  const socket = await open(proxy);
  await ask(socket, 'x');
  proxy.delay(60);
  const startedAtMs = performance.now();
  expect(await ask(socket, 'slow')).toBe('slow');
  // Twice 60 ms; timers may be a millisecond early.
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(118);
  socket.write('first ');
  await pause(20);
  proxy.delay(0);
  socket.write('second');
  let got = '';
  while (got.length < 'first second'.length) got += String((await once(socket, 'data'))[0]);
  expect(got).toBe('first second');
});
