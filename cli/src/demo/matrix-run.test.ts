import { describe, expect, it } from 'vitest';
import type { DemoCause } from '@understudy/contracts/demo-event';
import { expectedEvents, judgeRun, type PrintedEvent } from './matrix-run.ts';

const printed = (cause: DemoCause, seconds: Partial<Record<string, number>> = {}): PrintedEvent[] =>
  expectedEvents(cause).map((event, i) => ({ event, at: '', elapsedMs: (seconds[event] ?? i) * 1000 }));

describe('the judgement of a run of the matrix', () => {
  it('finds no fault in the promised events at their times', () => {
    for (const cause of ['refusal', 'cost', 'wrong', 'none'] as const) expect(judgeRun({ cause, seed: 1, kafka: false }, printed(cause), 0, '').faults).toEqual([]);
    expect(judgeRun({ cause: 'refusal', seed: 1, kafka: false }, printed('refusal'), 0, '').times).toEqual({ detectionMs: 1_000, fallbackMs: 3_000, recoveryMs: 4_000 });
  });

  it('finds an exit code, an event too many, one missing and one in the wrong place', () => {
    expect(judgeRun({ cause: 'none', seed: 1, kafka: false }, printed('none'), 1, 'boom').faults).toEqual(['exit code 1 (boom)']);
    const events = printed('cost');
    for (const wrong of [[...events, ...events.slice(-1)], events.slice(1), events.toReversed()]) expect(judgeRun({ cause: 'cost', seed: 1, kafka: false }, wrong, 0, '').faults.join()).toMatch(/events: /);
  });

  it('finds each time over its goal', () => {
    const faults = (seconds: Record<string, number>) => judgeRun({ cause: 'slow', seed: 1, kafka: false }, printed('slow', seconds), 0, '').faults.join();
    expect(faults({ 'incident.opened': 18 })).toMatch(/^detectionMs 16000 is over 15000$/);
    const wrong = (second: number) => judgeRun({ cause: 'wrong', seed: 1, kafka: false }, printed('wrong', { 'incident.opened': second, 'alert.sent': second + 1, finished: second + 1 }), 0, '').faults;
    expect([wrong(32), wrong(33).join()]).toEqual([[], 'detectionMs 31000 is over 30000']);
    expect(faults({ 'fallback.served': 23 })).toMatch(/^fallbackMs 21000 is over 20000$/);
    expect(faults({ 'incident.resolved': 68 })).toMatch(/^recoveryMs 62000 is over 60000$/);
  });
});
