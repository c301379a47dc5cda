import { expect, it } from 'vitest';
import { alertingNull } from '../detectors/null-rates.ts';
import { samplingPlan } from '../sampling/plan.ts';
import { type JudgedKind, sampledBaseline } from './read-judge-baseline.ts';

/** Baselines of healthy calls that are frozen with their 50th judged call: whether the null lies above the mean that is true. */
function holdsFor(flaggedShare: number, seed: number): boolean {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const { sampling } = samplingPlan({ budget: 0.1, flaggedShare, doubt: 'none', belowFloor: false });
  const badness = { flagged: 0.5, plain: 0.1 };
  const kinds = { flagged: { judged: 0, bad: 0, weight: 0 }, plain: { judged: 0, bad: 0, weight: 0 } };
  const told = ({ judged, bad, weight }: typeof kinds.flagged): JudgedKind => ({ judged, badness: judged === 0 ? 0 : bad / judged, weight });
  for (;;) {
    const kind = random() < flaggedShare ? 'flagged' : 'plain';
    if (random() >= sampling[kind]) continue;
    kinds[kind].judged += 1;
    kinds[kind].bad += random() < badness[kind] ? 1 : 0;
    kinds[kind].weight += 1 / sampling[kind];
    const baseline = sampledBaseline(told(kinds.flagged), told(kinds.plain));
    if (baseline === undefined || baseline.calls < 50) continue;
    return (alertingNull(baseline.mean * baseline.calls, baseline.calls) ?? 1) >= flaggedShare * badness.flagged + (1 - flaggedShare) * badness.plain;
  }
}

it.each([0.02, 0.1, 0.3])('is as sure as its rarer kind makes it, where %d of the calls are flagged and those are judged first', (flaggedShare) => {
  const held = Array.from({ length: 500 }, (_, seed) => holdsFor(flaggedShare, seed)).filter(Boolean).length / 500;
  expect(held).toBeGreaterThan(0.87);
});
