import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SNAPSHOT_TTL_MS } from '@understudy/contracts/snapshot';
import { checkCounts } from '../support/check-counts.ts';
import { startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { NumberedSender } from '../support/numbered-sender.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { SnapshotWatcher } from '../support/snapshot-watcher.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROUTES = ['support.answer', 'shop.search'] as const;
const TARGETS = ['openai/gpt-5', 'openai/gpt-5-mini'] as const;
const STEP_MS = 300_000;
/** The log's time never runs backwards: after a step back it is ahead, and gains half of every later step forth. */
const CLOCK_ERROR_MS = 2 * STEP_MS;
/** The clock of the evaluator, against the true one, and how long it stays so. */
const STEPS: readonly (readonly [aheadMs: number, forMs: number])[] = [[0, 5_000], [STEP_MS, 15_000], [0, 30_000], [-STEP_MS, 30_000], [0, 10_000]];

export interface ClockReport {
  readonly calls: number;
  /** Between two snapshots of the stream, ms: it must stay far below the lease. */
  readonly longestGapMs: number;
  readonly faults: readonly string[];
  readonly different: number;
}

/** Steps the evaluator's wall clock by five minutes, forth and back, under load and with an override in force. */
export async function runClockSteps(): Promise<ClockReport> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-clock-'));
  const [port = 0, otlpPort = 0] = await freePorts(2);
  const plan = { dataDirectory: join(directory, 'data'), policyFile: undefined, port, otlpPort };
  let evaluator = await startEvaluatorProcess(plan);
  const watcher = new SnapshotWatcher(evaluator.api);
  const sender = new NumberedSender({
    urls: [evaluator.otlp], seed: 1, routes: ROUTES, targets: [...TARGETS], everyMs: 100, callsABatch: 6,
    choose: (_, random) => ({ target: random.pick(TARGETS), purpose: 'serve' }), endingOf: () => 'good',
  });
  try {
    await waitUntil('the route can be pinned', 20_000, async () => (await pin(evaluator.api)).status === 202);
    await waitUntil('the override is there', 20_000, () => watcher.entryOf(ROUTES[0]) !== undefined);
    const faults: string[] = [];
    for (const [aheadMs, forMs] of STEPS) {
      evaluator.setClock(aheadMs);
      await pause(forMs);
      if (watcher.entryOf(ROUTES[0])?.targets[0]?.id !== TARGETS[1]) faults.push(`the override is gone with the clock ${aheadMs} ms ahead`);
      const ready = await fetch(`${evaluator.api}/readyz`);
      if (ready.status !== 200) faults.push(`with the clock ${aheadMs} ms ahead: ${await ready.text()}`);
    }
    const gapsMs = watcher.arrivalsMs.map((ms, index) => ms - (watcher.arrivalsMs[index - 1] ?? ms));
    const longestGapMs = Math.max(...gapsMs, performance.now() - (watcher.arrivalsMs.at(-1) ?? Number.NaN));
    if (!(longestGapMs < SNAPSHOT_TTL_MS / 2)) faults.push(`no snapshot for ${Math.round(longestGapMs)} ms`);
    await sender.stop();
    await watcher.stop();
    await evaluator.stop();
    evaluator = await startEvaluatorProcess({ ...plan, clockAheadMs: 3 * STEP_MS });
    const counts = await checkCounts(evaluator, sender.sent, { clockErrorMs: CLOCK_ERROR_MS });
    await evaluator.stop();
    const { different } = JSON.parse((await runUnderstudy(['verify', '--data', plan.dataDirectory, '--json'])).stdout) as { different: number };
    return { calls: counts.calls, longestGapMs, different, faults: [...faults, ...watcher.faults, ...counts.faults] };
  } finally {
    evaluator.kill('SIGKILL');
    await watcher.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function pin(api: string): Promise<Response> {
  return fetch(`${api}/v1/routes/${ROUTES[0]}/pin`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ target: TARGETS[1], forSeconds: 7_200, reason: 'clock test' }) });
}
