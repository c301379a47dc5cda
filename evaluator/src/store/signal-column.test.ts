import { describe, expect, it } from 'vitest';
import type { SignalName } from '@understudy/contracts/signal';
import { signalColumn } from './signal-column.ts';

describe('the SQL of a signal', () => {
  it('is the column where there is one, else the entry of the map', () => {
    expect(signalColumn('refusal')).toBe('refusal');
    expect(signalColumn('fence')).toBe("if(mapContains(scores, 'fence'), scores['fence'], NULL)");
    expect(signalColumn('custom.mentions_rival')).toContain("scores['custom.mentions_rival']");
  });

  it('refuses what no call carries and what is no name', () => {
    for (const name of ['spend', "fence'] OR 1=1", 'custom.A', 'custom.a; DROP']) expect(() => signalColumn(name as SignalName)).toThrow(/no call carries/);
  });
});
