import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { claimOf } from './sticky-assigner.ts';
import { type Member, assignSticky } from './sticky-assignment.ts';

const member = (id: string, owned: readonly number[] = [], confirmedAtMs = 1, process = id, attempt = 1): Member => ({ id, owned, confirmedAtMs, process, attempt });
const range = (length: number) => [...Array(length).keys()];
const moved = (before: ReadonlyMap<string, readonly number[]>, after: ReadonlyMap<string, readonly number[]>) =>
  [...before].flatMap(([id, partitions]) => (after.has(id) ? partitions.filter((partition) => !after.get(id)?.includes(partition)) : [])).length;
const membersOf = (assignment: ReadonlyMap<string, readonly number[]>): Member[] => [...assignment].map(([id, owned]) => member(id, owned));
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 9 });

describe('sharing partitions', () => {
  it('splits them evenly among newcomers', () => {
    expect([...assignSticky(range(4), [member('b', []), member('a', [])])]).toEqual([['a', [0, 1]], ['b', [2, 3]]]);
  });

  it('leaves the only partition with its owner when another joins, whatever their names', () => {
    expect(assignSticky([0], [member('a', []), member('z', [0])]).get('z')).toEqual([0]);
  });

  it('gives a newcomer only what evens the shares', () => {
    expect([...assignSticky(range(4), [member('a', [0, 1]), member('b', [2, 3]), member('c', [])])]).toEqual([['a', [0, 1]], ['b', [2]], ['c', [3]]]);
  });

  it('gives what one leaves to the others, who keep what they have', () => {
    expect([...assignSticky(range(4), [member('a', [0, 1]), member('c', [3])])]).toEqual([['a', [0, 1]], ['c', [2, 3]]]);
  });

  it('believes the newer of two who claim the same', () => {
    const members = [member('slept', [0, 1], 1_000), member('took-over', [0, 1], 9_000)];
    expect([...assignSticky(range(2), members)].toSorted()).toEqual([['slept', [1]], ['took-over', [0]]]);
    expect(assignSticky(range(1), members).get('took-over')).toEqual([0]);
  });

  it('gives nothing to a member that its own process has given up, and moves nothing when the group misses it', () => {
    const living = [member('a2', [2, 3], 9_000, 'a', 2), member('b2', [0, 1], 9_000, 'b', 2)];
    const members = [member('a1', [2, 3], 9_000, 'a', 1), ...living, member('b1', [0, 1], 9_000, 'b', 1)];
    const assigned = assignSticky(range(4), members);
    expect([...assigned].toSorted()).toEqual([['a1', []], ['a2', [2, 3]], ['b1', []], ['b2', [0, 1]]]);
    expect(assignSticky(range(4), living)).toEqual(new Map([...assigned].filter(([, partitions]) => partitions.length > 0)));
  });

  it('gives back what a member had when it comes a moment later than one that got everything meanwhile', () => {
    for (const [late, early] of [[[0, 1], [2, 3]], [[1, 3], [0, 2]]]) {
      const members = [member('early', range(4), 9_000), member('late', late, 1_000)];
      expect([...assignSticky(range(4), members)].toSorted()).toEqual([['early', early], ['late', late]]);
    }
  });

  it('gives every partition to exactly one, none of them more than one ahead, whatever the members claim', () => {
    const claims = fc.array(fc.array(fc.integer({ min: -2, max: 40 }), { maxLength: 30 }), { minLength: 9, maxLength: 9 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), ids, claims, (partitions, names, owned) => {
      const assignment = assignSticky(range(partitions), names.map((id, index) => member(id, owned[index])));
      expect([...assignment.values()].flat().toSorted((one, other) => one - other)).toEqual(range(partitions));
      const sizes = names.map((id) => assignment.get(id)?.length ?? Number.NaN);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }));
  });

  it('does not depend on the order in which members and claims come', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), ids, (partitions, names) => {
      const members = membersOf(assignSticky(range(partitions), names.map((id) => member(id))));
      const reversed = members.toReversed().map(({ id, owned }) => member(id, owned.toReversed()));
      expect(new Map(assignSticky(range(partitions), reversed))).toEqual(new Map(assignSticky(range(partitions), members)));
    }));
  });

  it('moves nothing when nobody came or went', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), ids, (partitions, names) => {
      const before = assignSticky(range(partitions), names.map((id) => member(id)));
      expect(moved(before, assignSticky(range(partitions), membersOf(before)))).toBe(0);
    }));
  });

  it('moves no more than the newcomer\'s share when one joins, and nothing between those who stay when one leaves', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 9 }), (partitions, [newcomer = '', ...names]) => {
      const before = assignSticky(range(partitions), names.map((id) => member(id)));
      const joined = assignSticky(range(partitions), [...membersOf(before), member(newcomer)]);
      expect(moved(before, joined)).toBe(joined.get(newcomer)?.length);
      expect(moved(joined, assignSticky(range(partitions), membersOf(joined).filter(({ id }) => id !== newcomer)))).toBe(0);
    }));
  });
});

describe('what a member claims', () => {
  const { MemberMetadata } = kafkajs.AssignerProtocol;
  const nothing = { owned: [], confirmedAtMs: 0, process: 'm', attempt: 0 };
  const metadata = (userData: Buffer) => MemberMetadata.encode({ version: 0, topics: ['t'], userData });

  it('is what it wrote', () => {
    const claim = { owned: [3, 1], confirmedAtMs: 7, process: 'p', attempt: 2 };
    expect(claimOf('m', metadata(Buffer.from(JSON.stringify(claim))))).toEqual(claim);
  });

  it('is nothing where it cannot be read', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(claimOf('m', metadata(Buffer.from(bytes)))).toEqual(nothing);
      expect(claimOf('m', Buffer.from(bytes))).toEqual(nothing);
    }));
    for (const text of ['{"owned":["0"],"confirmedAtMs":7}', '{"owned":[0],"confirmedAtMs":"7"}', '{"owned":[0]}', 'null']) expect(claimOf('m', metadata(Buffer.from(text)))).toEqual(nothing);
  });
});
