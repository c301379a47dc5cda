import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';
import type { RecordWriter } from './record-writer.ts';

/** Counts transactions; the writes need nothing of the writer. */
function counting(): { commits: GroupCommit; transactions(): number } {
  let transactions = 0;
  const commits = new GroupCommit((writes) => {
    transactions += 1;
    writes({} as RecordWriter);
  });
  return { commits, transactions: () => transactions };
}

describe('group commit', () => {
  it('commits everything that arrives in one turn in one transaction', async () => {
    const { commits, transactions } = counting();
    const results = await Promise.all(Array.from({ length: 100 }, (_, index) => commits.write(() => index)));
    expect(results).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(transactions()).toBe(1);
  });

  it('lets one write fail without the others', async () => {
    const { commits } = counting();
    const bad = () => {
      throw new Error('bad');
    };
    const outcomes = await Promise.allSettled([commits.write(() => 'first'), commits.write(bad), commits.write(() => 'last')]);
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message))).toEqual(['first', 'bad', 'last']);
  });

  it('fails all that wait when nothing can be committed', async () => {
    const commits = new GroupCommit(() => {
      throw new Error('no disk');
    });
    const outcomes = await Promise.allSettled([commits.write(() => 1), commits.write(() => 2)]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
  });
});
