import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from './inflate.ts';

describe('inflating', () => {
  it('passes through what is not gzip, and inflates what is', () => {
    const plain = Buffer.from('plain');
    expect(inflate(plain, 5)).toBe(plain);
    expect(Buffer.from(inflate(gzipSync(plain), 5))).toEqual(plain);
    expect(Buffer.from(inflate(gzipSync(''), 5))).toEqual(Buffer.alloc(0));
    expect(Buffer.from(inflate(Buffer.concat([gzipSync('ab'), gzipSync('cd')]), 5))).toEqual(Buffer.from('abcd'));
  });

  it('stops at the limit, also when the trailer lies about the size', () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect(() => inflate(bomb, 1_000_000)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    bomb.writeUInt32LE(10, bomb.length - 4);
    expect(() => inflate(bomb, 1_000_000)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => inflate(Buffer.alloc(6), 5)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });

  it('names broken gzip', () => {
    const good = gzipSync('some text that is long enough');
    for (let length = 2; length < good.length; length++) expect(() => inflate(good.subarray(0, length), 100)).toThrow(expect.objectContaining({ code: 'CORRUPT_GZIP' }));
  });
});
