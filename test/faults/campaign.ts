import { parseArgs } from 'node:util';
import { runClockSteps } from './clock-steps.ts';
import { type CrashReport, runCrashScenario } from './crash-scenario.ts';
import { type LongStormReport, runLongStorm } from './kafka/long-storm.ts';
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { type ControlPlanePlace, onKafka } from './control-plane.ts';
import { LOSSES, type Loss, runLostControlPlane } from './lost-control-plane.ts';

// The long fault campaign: npm run faults -- [embedded|kafka] [--only TEXT] [--calls N] [--seed N]. One line a scenario with its figures; exit 1 when one fails.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, calls: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, scale: { type: 'string', default: '1' } },
});

interface Scenario {
  readonly name: string;
  /** Its figures; throws when something is not as it must be. */
  readonly run: () => Promise<string>;
}

const CRASH_SEEDS = [1, 2, 3, 4, 5];
const KILLS_A_SEED = 6;

const embedded: Scenario[] = [
  ...CRASH_SEEDS.map((seed) => ({ name: `kill -9 under load, seed ${seed}`, run: () => crash(seed) })),
  ...LOSSES.map((loss) => ({ name: `evaluator ${loss} for longer than the lease`, run: () => lose(loss) })),
  { name: 'wall clock stepped by 5 minutes, forth and back', run: stepClock },
];
const kafka: Scenario[] = [
  { name: `storm over Kafka and ClickHouse, seed ${values.seed}`, run: rageOverKafka },
  ...LOSSES.map((loss) => ({ name: `evaluator over Kafka ${loss} for longer than the lease`, run: () => loseOnKafka(loss) })),
];
const scenarios = [...(positionals.includes('kafka') ? [] : embedded), ...(positionals.includes('embedded') ? [] : kafka)];

async function crash(seed: number): Promise<string> {
  // Every other one gets well again under the kills.
  const report = await runCrashScenario(seed, KILLS_A_SEED, { acrossMinute: true, recovers: seed % 2 === 0 });
  if (report.faults.length > 0) throw new Error(report.faults.slice(0, 20).join('\n    '));
  if (report.different !== 0) throw new Error(`${report.different} decisions are different when they are folded again`);
  return describe(report);
}

function describe(report: CrashReport): string {
  return `${report.calls} calls, ${report.retries} retries, ${report.repeats} late repeats; ${report.kills} kills (${report.killsBeforeCommit} between insert and commit, ${report.killsUnderOverride} under the override), ${report.pauses} SIGSTOP; `
    + `0 lost, 0 counted twice in calls, ${report.windows} windows and decide; ${report.decisions} decisions, 0 different; ${report.snapshots} snapshots of ${report.epochs} epochs in order`;
}

/** The promise: in its own order within the lease and a second. */
const BACK_IN_APP_ORDER_MS = 61_000;

async function loseOnKafka(loss: Loss): Promise<string> {
  const broker = await KafkaBroker.start();
  try {
    const place = await onKafka([broker.brokers]);
    return await lose(loss, place).finally(() => place.close());
  } finally {
    await broker.stop();
  }
}

async function lose(loss: Loss, place?: ControlPlanePlace): Promise<string> {
  const { answers, failures, overrideEndedMs = Number.NaN, convergedMs } = await runLostControlPlane(loss, undefined, place);
  if (failures.length > 0) throw new Error(`${failures.length} failed calls, first ${failures[0]}`);
  if (!(overrideEndedMs <= BACK_IN_APP_ORDER_MS)) throw new Error(`the override was followed for ${Math.round(overrideEndedMs)} ms`);
  return `${answers} answers, 0 failed; in app order after ${(overrideEndedMs / 1000).toFixed(1)} s; followed again ${(convergedMs / 1000).toFixed(1)} s after its return`;
}

async function stepClock(): Promise<string> {
  const { calls, longestGapMs, faults, different } = await runClockSteps();
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n    '));
  if (different !== 0) throw new Error(`${different} decisions are different when they are folded again`);
  return `${calls} calls counted once, 0 decisions different; override in force throughout, at most ${(longestGapMs / 1000).toFixed(1)} s between two snapshots`;
}

async function rageOverKafka(): Promise<string> {
  const { faults, ...figures } = await runLongStorm({ seed: Number(values.seed), calls: Number(values.calls), scale: Number(values.scale), say: (text) => console.error(text) });
  console.log(JSON.stringify({ ...figures, faults: faults.length }));
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n    '));
  return stormText(figures);
}

function stormText(report: Omit<LongStormReport, 'faults'>): string {
  return `${report.calls} calls, ${report.retries} retries, ${report.repeats} late repeats; ${report.kills} kills (${report.brokerKills} of the broker, ${report.killsBeforeCommit} between insert and commit), ${report.brokerPauses} SIGSTOP of the broker, `
    + `${report.zombies} zombies, ${report.rebalances} rebalance storms, ${report.clickHouseTroubles} times ClickHouse away, slow or cut; 0 lost, 0 counted twice in calls, ${report.windows} windows and decide; `
    + `${report.decisions} decisions and the states of all detectors folded again: 0 different; ${report.published} snapshots of ${report.epochs} epochs in order at ${report.applied.length} SDKs; routes moved in ${report.movedMs.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`;
}

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(1));

let passed = 0;
let failed = 0;
for (const scenario of scenarios.filter(({ name }) => name.includes(values.only))) {
  const startedAtMs = performance.now();
  const outcome = await scenario.run().then((figures) => ({ ok: true, text: figures }), (error: unknown) => ({ ok: false, text: error instanceof Error ? error.message : String(error) }));
  if (outcome.ok) passed += 1;
  else failed += 1;
  console.log(`${outcome.ok ? 'passed' : 'FAILED'}  ${scenario.name} (${Math.round((performance.now() - startedAtMs) / 1000)} s): ${outcome.text}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
