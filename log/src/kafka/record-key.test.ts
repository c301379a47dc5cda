import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyBytes, keyOf } from './record-key.ts';

describe('keys as bytes', () => {
  it('come back as they were, whatever they hold', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units))), (key) => {
      expect(keyOf(keyBytes(key))).toBe(key);
    }));
  });

  it('never make two keys one', () => {
    const keys = ['\ud800', '\ud801', '\ufffd', '\u0001', '\u0001"\\ud800"', '"\\ud800"', '', 'a\u0000b'];
    expect(new Set(keys.map((key) => keyBytes(key)?.toString('hex'))).size).toBe(keys.length);
  });

  it('are readable text in Kafka where they can be', () => {
    expect(keyBytes('default/support.answer')?.toString('utf8')).toBe('default/support.answer');
  });

  it('of other producers may be any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(typeof keyOf(Buffer.from(bytes))).toBe('string');
    }));
    expect(keyOf(undefined)).toBeUndefined();
    expect(keyOf(Buffer.from('\u0001{not JSON'))).toBe('\u0001{not JSON');
  });
});
