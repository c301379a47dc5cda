import { alertingNull } from '@understudy/evaluator/detectors/null-rates';
import { bernoulliFactors, initialBernoulliState, updateBernoulli } from '@understudy/evaluator/detectors/bernoulli-e-sr';
import { seededRandom } from './random.ts';
import { adwin, pageHinkley, type Rival } from './rivals.ts';

/** Everybody sees the same healthy calls, nobody is told a rate; then either more healthy calls or the change. */
export interface EqualInformation {
  readonly name: string;
  /** Share of runs with an alarm in the next healthy calls. */
  readonly falseAlarms: number;
  /** Median calls to detection for each rate after the change; undefined when most runs miss it. */
  readonly medians: readonly (number | undefined)[];
}

export interface Comparison {
  readonly healthyRate: number;
  readonly changedRates: readonly number[];
  readonly learningCalls: number;
  readonly healthyCalls: number;
  readonly mostCalls: number;
  readonly runs: number;
}

type MakeDetector = (learningEvents: readonly boolean[]) => (failed: boolean) => boolean;

/** The e-SR on the baseline's upper bound, and its rivals at the most sensitive setting of a ladder at which they raise no more false alarms than it. */
export function compare(seed: number, comparison: Comparison): EqualInformation[] {
  const own = measure('e-SR, null from the baseline, A = 1e5', seed, comparison, eSr);
  const ladder = Array.from({ length: 40 }, (_, rung) => rung);
  const rivals: readonly (readonly [string, (rung: number) => MakeDetector])[] = [
    ['ADWIN', (rung) => rival(() => adwin(0.3 * 0.75 ** rung))],
    ['Page–Hinkley tuned to the first of the changes', (rung) => rival(() => pageHinkley(((comparison.changedRates[0] ?? 0) - comparison.healthyRate) / 2, 1 + 0.25 * rung))],
  ];
  return [own, ...rivals.flatMap(([name, make]) => {
    const rung = ladder.find((one) => falseAlarms(seed, comparison, make(one)) <= own.falseAlarms);
    return rung === undefined ? [] : [measure(`${name}, calibrated`, seed, comparison, make(rung))];
  })];
}

function eSr(learning: readonly boolean[]): (failed: boolean) => boolean {
  const m = alertingNull(learning.filter(Boolean).length, learning.length) ?? 0.98;
  const state = initialBernoulliState();
  const factors = bernoulliFactors(m);
  return (failed) => updateBernoulli(state, Number(failed), factors) >= 1e5;
}

function rival(make: () => Rival): MakeDetector {
  return (learning) => {
    const detector = make();
    for (const failed of learning) detector.step(failed ? 1 : 0);
    return (failed) => detector.step(failed ? 1 : 0);
  };
}

function measure(name: string, seed: number, comparison: Comparison, make: MakeDetector): EqualInformation {
  return { name, falseAlarms: falseAlarms(seed, comparison, make), medians: comparison.changedRates.map((rate) => median(alarms(seed + 1, comparison, make, rate, comparison.mostCalls))) };
}

function falseAlarms(seed: number, comparison: Comparison, make: MakeDetector): number {
  return alarms(seed, comparison, make, comparison.healthyRate, comparison.healthyCalls).filter((call) => call !== undefined).length / comparison.runs;
}

/** The call of the first alarm in each run. */
function alarms(seed: number, { healthyRate, learningCalls, runs }: Comparison, make: MakeDetector, rate: number, calls: number): (number | undefined)[] {
  const random = seededRandom(seed);
  return Array.from({ length: runs }, () => {
    const step = make(Array.from({ length: learningCalls }, () => random.chance(healthyRate)));
    for (let call = 1; call <= calls; call++) if (step(random.chance(rate))) return call;
    return undefined;
  });
}

function median(calls: readonly (number | undefined)[]): number | undefined {
  return calls.toSorted((one, other) => (one ?? Number.POSITIVE_INFINITY) - (other ?? Number.POSITIVE_INFINITY))[Math.floor(calls.length / 2)];
}

export function equalInformationText({ name, falseAlarms: share, medians }: EqualInformation, rates: readonly number[]): string {
  return `${name}: false alarms in ${(100 * share).toFixed(1)} % of runs; median calls ${rates.map((rate, index) => `${medians[index] ?? 'missed'} (→ ${rate})`).join(', ')}`;
}
