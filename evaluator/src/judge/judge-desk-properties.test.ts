import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DeskHarness, drawn, policyWith } from './test-support/desk-harness.ts';
import { judged, MOST_USD } from './test-support/scripted-judge.ts';
import type { JudgeOutcome } from './judge.ts';

/** A judge whose every answer is paid for, also those that nobody waited for to the end. */
class PaidRun {
  readonly harness: DeskHarness;
  readonly drawn: string[] = [];
  #answeredUsd = 0;

  constructor(affordable: number) {
    this.harness = new DeskHarness(policyWith({ usdPerDay: affordable * MOST_USD, concurrency: 2, controlPercent: 10 }));
    this.harness.judge.answer = () => undefined;
    this.harness.random = () => (this.drawn.length % 5 === 0 ? 0 : 1);
  }

  paidUsd(): number {
    return this.#answeredUsd + this.harness.judge.abandoned * MOST_USD;
  }

  append(urgent: boolean, conversation: number): void {
    const request = drawn({ drawnFor: urgent ? 'suspicion' : 'sample', conversationId: conversation === 0 ? '' : `c${conversation}`, receivedAtMs: this.harness.nowMs });
    this.drawn.push(request.traceId);
    this.harness.append([request]);
  }

  answer(costUsd: number, kind: JudgeOutcome['kind']): void {
    const held = this.harness.judge.held.shift();
    if (held === undefined) return;
    this.#answeredUsd += costUsd;
    if (kind === 'judged') held.settle(judged(1, { costUsd }));
    else held.settle(kind === 'excluded' ? { kind, reason: 'verdict-from-the-text', costUsd, durationMs: 1 } : { kind, reason: 'unparsed', retryable: false, costUsd, durationMs: 1 });
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 60; turn++) {
      while (this.harness.judge.held.length > 0) this.answer(MOST_USD, 'judged');
      await this.harness.turn();
    }
  }
}

type Command = (run: PaidRun) => unknown;

const append = fc.tuple(fc.boolean(), fc.nat(5)).map(([urgent, conversation]): Command => (run) => run.append(urgent, conversation));
const answer = fc.tuple(fc.double({ min: 0, max: MOST_USD, noNaN: true }), fc.constantFrom<JudgeOutcome['kind']>('judged', 'excluded', 'error')).map(([cost, kind]): Command => (run) => run.answer(cost, kind));
const turn = fc.constant<Command>((run) => run.harness.turn());
const loss = fc.constantFrom<Command>((run) => run.harness.turn({ isCommitted: false }), (run) => run.harness.kill());
const script = fc.array(fc.oneof({ weight: 4, arbitrary: append }, { weight: 6, arbitrary: turn }, { weight: 4, arbitrary: answer }, { weight: 1, arbitrary: loss }), { maxLength: 60 });
/** Also so much that the anchors are judged. */
const affordable = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(230));

it('whatever comes in, comes back and is killed: never more is paid than the budget, and each drawn call ends exactly once', async () => {
  await fc.assert(fc.asyncProperty(script, affordable, async (commands, most) => {
    const run = new PaidRun(most);
    for (const command of commands) await command(run);
    await run.finish();
    const { harness } = run;
    expect(run.paidUsd()).toBeLessThanOrEqual(most * MOST_USD + 1e-6);
    expect(harness.state().day.usd).toBeGreaterThanOrEqual(run.paidUsd() - 1e-6);
    expect(harness.rows().map(({ trace_id }) => trace_id).sort()).toEqual(run.drawn.sort());
    expect(harness.judgements().flatMap(({ judgements }) => judgements)).toHaveLength(run.drawn.length);
    expect(harness.state()).toMatchObject({ waiting: [], reserved: [] });
  }), { numRuns: 120 });
});
