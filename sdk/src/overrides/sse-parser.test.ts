import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_EVENT_CHARACTERS, type SseEvent, SseParser } from './sse-parser.ts';

function eventsOf(parser: SseParser, ...chunks: string[]): SseEvent[] {
  return chunks.flatMap((chunk) => parser.push(chunk)).flatMap((item) => (item.kind === 'event' ? [item.event] : []));
}

describe('reading server-sent events', () => {
  it('reads the same events however the bytes were cut', () => {
    const text = 'event: snapshot\r\nid: 1.2\r\ndata: one\r\n\r\n: ping\n\ndata: two\ndata: lines\n\nevent: snapshot\rdata:three\r\r';
    const expected = [{ event: 'snapshot', data: 'one' }, { event: 'message', data: 'two\nlines' }, { event: 'snapshot', data: 'three' }];
    fc.assert(fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((left, right) => left - right), text.length];
      const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(eventsOf(new SseParser(), ...chunks)).toEqual(expected);
    }));
  });

  it('gives up on an event that does not end, instead of keeping it', () => {
    const parser = new SseParser();
    const items = Array.from({ length: 200 }, () => parser.push('x'.repeat(1_000))).flat();
    expect(items).toEqual([{ kind: 'too-large' }]);
    expect(parser.push('\n\ndata: more\n\n')).toEqual([]);
  });

  it('counts all lines of one event together', () => {
    const parser = new SseParser();
    const items = Array.from({ length: 1 + MAX_EVENT_CHARACTERS / 1_000 }, () => parser.push(`data: ${'x'.repeat(1_000)}\n`)).flat();
    expect(items).toEqual([{ kind: 'too-large' }]);
  });

  it('survives anything', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
      const parser = new SseParser();
      for (const chunk of chunks) parser.push(chunk);
    }));
  });
});
