import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnerState } from './owner-state.ts';
import { entryRecord, parseStateRecord, positionRecord, type StateRecord } from './state-changelog.ts';

const owner = { group: 'reader', topic: 'llm.spans', partition: 3 };

function entry(key: string, value: string | undefined): StateRecord {
  return { kind: 'entry', owner, key, value: value === undefined ? undefined : Buffer.from(value) };
}

function position(nextOffset: number): StateRecord {
  return { kind: 'position', owner, nextOffset, checkpointAtMs: undefined };
}

const texts = (entries: ReadonlyMap<string, Uint8Array> | undefined) => new Map([...(entries ?? [])].map(([key, value]) => [key, Buffer.from(value).toString()]));

describe('the state of an owner', () => {
  it('counts entries only with the position that was written with them', () => {
    const state = new OwnerState();
    state.apply(entry('a', '1'), 10);
    expect(state.stored()).toBeUndefined();
    state.apply(position(5), 11);
    state.apply(entry('a', '2'), 20);
    expect([texts(state.stored()?.entries), state.nextOffset]).toEqual([new Map([['a', '1']]), 5]);
    state.apply(position(6), 21);
    expect(texts(state.stored()?.entries)).toEqual(new Map([['a', '2']]));
  });

  it('tells a follower the same as a whole reading, for any history', () => {
    const change = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }) });
    fc.assert(fc.property(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }), fc.array(fc.boolean(), { maxLength: 12 }), (steps, looks) => {
      const state = new OwnerState();
      let followed = new Map<string, string>();
      let version: number | undefined;
      let offset = 0;
      const look = () => {
        const changes = state.changesSince(version);
        followed = new Map([...(changes?.whole === true ? [] : followed), ...texts(changes?.entries)]);
        version = changes?.version;
        expect(followed).toEqual(texts(state.stored()?.entries));
      };
      for (const [index, changes] of steps.entries()) {
        for (const { key, value } of changes) state.apply(entry(key, value), ++offset);
        state.apply(position(index), ++offset);
        if (looks[index] === true) look();
      }
      if (steps.length > 0) look();
    }));
  });

  it('goes on from a copy without changing the first', () => {
    const state = new OwnerState();
    state.apply(entry('a', '1'), 1);
    const copy = state.copy();
    copy.apply(position(7), 2);
    expect([state.nextOffset, copy.nextOffset, texts(copy.stored()?.entries)]).toEqual([undefined, 7, new Map([['a', '1']])]);
  });
});

describe('a record of the changelog', () => {
  const stored = ({ key, value }: { key: Buffer | undefined; value: Buffer | undefined }) => ({ offset: 0, timestampMs: 0, key, value });

  it('comes back as it was, whatever the keys hold', () => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)), fc.option(fc.uint8Array(), { nil: undefined }), (key, value) => {
      expect(parseStateRecord(stored(entryRecord(owner, key, value)))).toEqual({ kind: 'entry', owner, key, value: value && Buffer.from(value) });
    }));
    expect(parseStateRecord(stored(positionRecord(owner, 12, 34)))).toEqual({ kind: 'position', owner, nextOffset: 12, checkpointAtMs: 34 });
  });

  it('is nothing where no log has written it', () => {
    for (const key of [undefined, Buffer.from('text'), Buffer.from('[1,2]'), Buffer.from('["group","topic",-1]')]) expect(parseStateRecord(stored({ key, value: Buffer.from('{}') }))).toBeUndefined();
  });
});
