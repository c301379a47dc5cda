import type { Evidence } from '@understudy/contracts/evidence';
import { signalDefinition } from '@understudy/contracts/signal';
import { baselineFromValues } from '../src/baselines/baseline-from-values.ts';
import { bernoulliFactors, initialBernoulliState, updateBernoulli } from '../src/detectors/bernoulli-e-sr.ts';
import { cutsExceeded, factorsOfCuts, initialQuantileState, updateQuantile } from '../src/detectors/quantile-e-sr.ts';
import { createMonitor, observe, type SignalMonitor } from '../src/detectors/signal-monitor.ts';
import { encodeState } from '../src/policy/decide-state-entries.ts';
import { foldEvidence } from '../src/policy/fold.ts';
import { initialDecideState } from '../src/policy/route-state.ts';
import { CARRIED, CARRIED_NAMES } from './carried-signals.ts';

/** CPU time of one update, and the size of a test's state: `node evaluator/bench/detector.bench.ts`. Goals: design §8. */
const CALLS = 2_000_000;
const GOAL_NS = 200;
const GOAL_BYTES = 256;

/** Values that repeat after a while: drawing them is not what is measured. */
const failures = Array.from({ length: 4_096 }, (_, index) => (index * 2_654_435_761) % 50 === 0);
const numbers = Array.from({ length: 4_096 }, (_, index) => 0.01 + ((index * 7_919) % 4_001) / 4_001);

measure('failures: Bernoulli e-SR, K = 5', () => {
  const state = initialBernoulliState();
  const factors = bernoulliFactors(0.02);
  return { step: (call) => updateBernoulli(state, Number(failures[call & 4_095] === true), factors), bytes: 8 * (state.length + 1), streams: 1 };
});

measure('numbers: quantile e-SR, 11 cuts, K = 10', () => {
  const state = initialQuantileState();
  const cuts = quantiles().upperCuts;
  const factors = factorsOfCuts(cuts.length);
  return { step: (call) => updateQuantile(state, cutsExceeded(numbers[call & 4_095] ?? 0, cuts), factors), bytes: 8 * (state.length + 1), streams: 1 };
});

measure('a rate signal whole: both nulls, change point, recent mean', () => monitor(createMonitor('error', { kind: 'rate', calls: 2_000, events: 20 }, {}), (call) => (failures[call & 4_095] ? 1 : 0), 2 * 8 * 6, 2));

measure('a two-sided number signal whole: 2 bin tests, 2 edges, change point, recent values', () => monitor(createMonitor('length', quantiles(), {}), (call) => numbers[call & 4_095] ?? 0, 2 * 8 * 11 + 2 * 8 * 6, 4));

function monitor(watched: SignalMonitor, value: (call: number) => number, bytes: number, streams: number) {
  return { step: (call: number) => observe(watched, value(call), call), bytes, streams };
}

function quantiles() {
  const baseline = baselineFromValues('length', numbers);
  if (baseline?.kind !== 'quantile') throw new Error('no quantile baseline');
  return baseline;
}

function measure(name: string, make: () => { step: (call: number) => unknown; bytes: number; streams: number }): void {
  const { step, bytes, streams } = make();
  for (let call = 0; call < CALLS / 10; call++) step(call);
  const before = process.cpuUsage();
  for (let call = 0; call < CALLS; call++) step(call);
  const { user, system } = process.cpuUsage(before);
  const nanoseconds = ((user + system) * 1_000) / CALLS;
  console.log(`${name}: ${nanoseconds.toFixed(0)} ns CPU an update   goal ≤ ${GOAL_NS} ns${missed(nanoseconds, GOAL_NS)}; ${(bytes / streams).toFixed(0)} B of statistics a stream   goal ≤ ${GOAL_BYTES} B${missed(bytes / streams, GOAL_BYTES)}`);
}

function missed(value: number, goal: number): string {
  return value <= goal ? '' : ` (missed: ${(value / goal).toFixed(1)} ×)`;
}

/** What decide does for one call of a route with the signals of an answer in prose: fold, and the bytes of the changed state, in batches of 50 calls. */
function measureDecide(): void {
  const state = initialDecideState();
  const fold = (evidence: Evidence, offset: number) => encodeState(state, foldEvidence(state, evidence, { partition: 0, offset }, () => false).touchedRoutes);
  const batch = (offset: number): Evidence => ({
    kind: 'scores', v: 1, project: 'default', route: 'bench', atMs: 1_000_000 + offset * 100, targets: ['a', 'b'],
    scores: Array.from({ length: 50 }, (_, index) => ({ traceId: `${offset}.${index}`, spanId: 's', target: index % 10 === 0 ? 'b' : 'a', purpose: 'serve' as const, signals: { ...CARRIED, length: numbers[(offset * 50 + index) & 4_095] ?? 0 } })),
  });
  fold(batch(0), 0);
  const rate = { kind: 'rate' as const, calls: 2_000, events: 20 };
  const baselines = Object.fromEntries(CARRIED_NAMES.map((name) => [name, signalDefinition(name).kind === 'rate' ? rate : quantiles()]));
  for (const target of ['a', 'b']) fold({ kind: 'baseline', v: 1, epoch: 1, atMs: 1_000_000, project: 'default', route: 'bench', target, signals: baselines }, 1);
  const batches = Array.from({ length: 2_000 }, (_, index) => batch(index + 2));
  let bytes = 0;
  const before = process.cpuUsage();
  batches.forEach((evidence, index) => {
    bytes = 0;
    for (const entry of fold(evidence, index + 2).values()) bytes += entry?.length ?? 0;
  });
  const { user, system } = process.cpuUsage(before);
  console.log(`decide, ${CARRIED_NAMES.length} signals a call, batches of 50: ${((user + system) / (batches.length * 50)).toFixed(2)} µs CPU a call with its state encoded (${bytes} B a step for two targets)`);
}

measureDecide();
