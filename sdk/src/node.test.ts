import { expect, it } from 'vitest';
import { createUnderstudy } from './node.ts';

it('listens for the end of the program once, however many of them there are, and no longer than they live', async () => {
  const before = process.listenerCount('beforeExit');
  const many = Array.from({ length: 15 }, () => createUnderstudy({ service: 'many', otlpEndpoint: 'http://127.0.0.1:9', captureContent: false }));
  expect(process.listenerCount('beforeExit')).toBe(before + 1);
  for (const understudy of many) await understudy.shutdown();
  expect(process.listenerCount('beforeExit')).toBe(before);
});
