import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { usualOrAnyPort } from './free-port.ts';

it('takes the usual port when it is free and any other when it is not', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await usualOrAnyPort(port)).toBe(0);
  await new Promise((resolve) => server.close(resolve));
  expect(await usualOrAnyPort(port)).toBe(port);
});
