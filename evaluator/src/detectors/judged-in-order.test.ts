import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JudgeObservation } from './judge-monitor.ts';
import { type JudgedInOrder, newJudgedInOrder, noteDrawn, noteUndrawn, settleDrawn } from './judged-in-order.ts';

const sampling = { flagged: 1, plain: 0.06 };
const undrawn = { flagged: false, sampling, badness: undefined };

function collecting() {
  const fed: JudgeObservation[] = [];
  return { fed, feed: (observation: JudgeObservation) => { fed.push(observation); } };
}

describe('calls whose verdicts come later', () => {
  it('are fed at once while nothing is waited for', () => {
    const { fed, feed } = collecting();
    noteUndrawn(newJudgedInOrder(), false, sampling, feed);
    expect(fed).toEqual([undrawn]);
  });

  it('wait for the one before them, and are fed in the order in which they came', () => {
    const { fed, feed } = collecting();
    const order = newJudgedInOrder();
    noteDrawn(order, 'a', true, sampling, feed);
    for (let call = 0; call < 3; call++) noteUndrawn(order, false, sampling, feed);
    noteDrawn(order, 'b', false, sampling, feed);
    settleDrawn(order, 'b', 0, feed);
    expect(fed).toEqual([]);
    settleDrawn(order, 'a', 1, feed);
    expect(fed).toEqual([{ flagged: true, sampling, badness: 1 }, undrawn, undrawn, undrawn, { flagged: false, sampling, badness: 0 }]);
    expect(order).toEqual(newJudgedInOrder());
  });

  it('go on without a call that has no verdict', () => {
    const { fed, feed } = collecting();
    const order = newJudgedInOrder();
    noteDrawn(order, 'a', true, sampling, feed);
    noteUndrawn(order, false, sampling, feed);
    settleDrawn(order, 'a', undefined, feed);
    settleDrawn(order, 'a', 1, feed);
    settleDrawn(order, 'never drawn', 1, feed);
    expect(fed).toEqual([undrawn]);
  });

  it('do not wait for more than 200: the oldest then has no verdict', () => {
    const { fed, feed } = collecting();
    const order = newJudgedInOrder();
    for (let call = 0; call < 500; call++) {
      noteDrawn(order, String(call), false, sampling, feed);
      noteUndrawn(order, false, sampling, feed);
    }
    expect(fed).toEqual(Array.from({ length: 300 }, () => undrawn));
    settleDrawn(order, '299', 1, feed);
    expect(fed).toHaveLength(300);
    settleDrawn(order, '300', 1, feed);
    expect(fed.slice(300)).toEqual([{ flagged: false, sampling, badness: 1 }, undrawn]);
  });

  it('do not wait for a verdict behind thousands of others, however the calls between differ', () => {
    const order = newJudgedInOrder();
    const { fed, feed } = collecting();
    for (let call = 0; call < 20_000; call++) {
      if (call % 100 === 0) noteDrawn(order, String(call), false, sampling, feed);
      else noteUndrawn(order, call % 2 === 0, sampling, feed);
      expect(order.waiting.length).toBeLessThanOrEqual(2_000);
    }
    expect(fed.length).toBeGreaterThan(10_000);
  });

  it('are the same calls in the same order, whenever verdicts come, and through JSON', () => {
    const call = fc.record({ drawn: fc.boolean(), flagged: fc.boolean(), plain: fc.constantFrom(0.06, 0.3), badness: fc.double({ min: 0, max: 1, noNaN: true }), after: fc.integer({ min: 0, max: 20 }) });
    fc.assert(fc.property(fc.array(call, { maxLength: 100 }), (calls) => {
      const { fed, feed } = collecting();
      let order: JudgedInOrder = newJudgedInOrder();
      calls.forEach(({ drawn, flagged, plain }, index) => {
        const plan = { flagged: 1, plain };
        if (drawn) noteDrawn(order, String(index), flagged, plan, feed);
        else noteUndrawn(order, flagged, plan, feed);
        order = JSON.parse(JSON.stringify(order)) as JudgedInOrder;
        calls.slice(0, index + 1).forEach((past, at) => { if (past.drawn && at + past.after === index) settleDrawn(order, String(at), past.badness, feed); });
      });
      calls.forEach(({ drawn, badness }, index) => { if (drawn) settleDrawn(order, String(index), badness, feed); });
      expect(fed).toEqual(calls.map(({ drawn, flagged, plain, badness }) => ({ flagged, sampling: { flagged: 1, plain }, badness: drawn ? badness : undefined })));
    }));
  });
});
