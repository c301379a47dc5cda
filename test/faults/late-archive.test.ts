import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { startEvaluatorProcess } from '../support/evaluator-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const CALLS = 60;
const MINUTE_MS = 60_000;
const BEFORE_ITS_END_MS = 3_000;

it('sums up a minute only when the last of its calls is archived, however late that is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-late-'));
  const evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile: undefined, port: 0, otlpPort: 0 });
  try {
    const sums = async () => (await evaluator.query<{ n: string; minutes: string }>('SELECT sum(calls) AS n, uniqExact(minute) AS minutes FROM windows FINAL'))[0];
    // Its clock is set so that a minute is about to end.
    evaluator.setClock(MINUTE_MS - (Date.now() % MINUTE_MS) - BEFORE_ITS_END_MS);
    const send = async (first: number) => {
      const calls = Array.from({ length: CALLS / 2 }, (_, index): TestCall => ({
        traceId: `a${String(first + index).padStart(31, '0')}`, spanId: `a${String(first + index).padStart(15, '0')}`, route: index % 2 === 0 ? 'support.answer' : 'shop.search', target: 'openai/gpt-5', targets: ['openai/gpt-5'],
        purpose: 'serve', ending: 'good', startedAtMs: Date.now() - 500, durationMs: 400,
      }));
      expect((await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: requestOf(calls) })).status).toBe(200);
    };
    await send(0);
    await waitUntil('the first half is archived', 10_000, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls'))[0]?.n) === CALLS / 2);
    evaluator.refuseInserts(true);
    await send(CALLS);
    await pause(BEFORE_ITS_END_MS + 3_000);
    expect(Number((await sums())?.n), 'the minute is over, and not all of it is there').toBe(0);
    evaluator.refuseInserts(false);
    await waitUntil('the minute is summed up', 20_000, async () => Number((await sums())?.n) > 0);
    expect(Number((await sums())?.n)).toBe(CALLS);
    expect(Number((await sums())?.minutes)).toBe(1);
    expect(await evaluator.stop()).toBe('0');
  } finally {
    evaluator.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}, 90_000);
