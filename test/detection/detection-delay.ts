import { switchingNull } from '@understudy/evaluator/detectors/null-rates';
import { exactRunLength } from './exact-cusum.ts';
import { seededRandom } from './random.ts';
import { bernoulliStream, type Mean, meanOf, meanRunLength, NORMAL_CUTS, quantileStream, runLength, type Stream } from './streams.ts';

/** Mean calls to detection right after the start, with threshold A and no calibration. */
export interface DelayRow {
  readonly scenario: string;
  readonly delay: Mean;
  /** The exact optimum, both rates known, at a mean time to a false alarm of A. */
  readonly optimum: number;
  /** The same at the mean time to a false alarm that the test really has, which is longer than A. */
  readonly optimumAtOwnRate?: number;
}

export const THRESHOLD = 1e5;

interface RateScenario {
  readonly scenario: string;
  readonly p0: number;
  readonly p1: number;
  /** Success of a call counts 1 / step of a failure on the optimum's lattice. */
  readonly step: number;
}

const RATES: readonly RateScenario[] = [
  { scenario: 'failures .02 → .10', p0: 0.02, p1: 0.1, step: 20 },
  { scenario: 'failures .05 → .15', p0: 0.05, p1: 0.15, step: 11 },
  { scenario: 'failures .01 → .03', p0: 0.01, p1: 0.03, step: 55 },
];
/** Log-normal latency, sigma .6, both laws known: the optimum at 1e5, computed independently. */
const SLOW_DOWNS = [{ factor: 1.3, optimum: 85.44 }, { factor: 2, optimum: 15.21 }] as const;
const SIGMA = 0.6;
const NULL_RUNS = 60;

/** The rate before the change is known to the test, the rate after it is not. */
export function delayTable(seed: number, runs: number): DelayRow[] {
  const random = seededRandom(seed);
  const rates = RATES.map((scenario): DelayRow => {
    const { p0, p1 } = scenario;
    // E[time of a false alarm] = E[M at it]: the mean of the statistic is the sharper estimate.
    const falseAlarm = meanOf(Array.from({ length: NULL_RUNS }, () => runLength(bernoulliStream(random, p0, p0), THRESHOLD)?.statistic ?? Number.NaN)).mean;
    return {
      scenario: scenario.scenario, delay: meanRunLength(() => bernoulliStream(random, p0, p1), THRESHOLD, runs),
      optimum: optimalDelay(scenario, THRESHOLD), optimumAtOwnRate: optimalDelay(scenario, falseAlarm),
    };
  });
  const slow = SLOW_DOWNS.map(({ factor, optimum }): DelayRow => {
    const makeStream = (): Stream => quantileStream(NORMAL_CUTS, () => random.normal() + Math.log(factor) / SIGMA);
    return { scenario: `latency × ${factor}`, delay: meanRunLength(makeStream, THRESHOLD, runs), optimum };
  });
  return [...rates, ...slow];
}

/** The null comes from a baseline of so many calls, as it does in production. */
export function delayWithBaseline(seed: number, runs: number, calls: number, tolerance: number): DelayRow {
  const random = seededRandom(seed);
  const makeStream = (): Stream => {
    let events = 0;
    for (let call = 0; call < calls; call++) if (random.chance(0.02)) events += 1;
    return bernoulliStream(random, switchingNull(events, calls, tolerance) ?? 0.98, 0.1);
  };
  const scenario = `failures .02 → .10, null from ${calls} calls, tolerance ${tolerance}`;
  return { scenario, delay: meanRunLength(makeStream, THRESHOLD, runs), optimum: optimalDelay({ scenario, p0: 0.02, p1: 0.1, step: 20 }, THRESHOLD) };
}

export function delayText({ scenario, delay, optimum, optimumAtOwnRate }: DelayRow): string {
  const own = optimumAtOwnRate === undefined ? '' : `, ${(delay.mean / optimumAtOwnRate).toFixed(2)} at equal false alarms`;
  return `${scenario}: ${delay.mean.toFixed(1)} calls (± ${delay.standardError.toFixed(1)}), optimum ${optimum.toFixed(1)}, ratio ${(delay.mean / optimum).toFixed(2)}${own}`;
}

/** Delay of the optimum at a mean time to a false alarm, between two limits of its lattice (linear in the logarithm of the time). */
function optimalDelay({ p0, p1, step }: RateScenario, falseAlarm: number): number {
  let low = step;
  let high = 20 * step;
  while (high - low > 1) {
    const limit = Math.floor((low + high) / 2);
    if (exactRunLength({ step, limit }, p0) < falseAlarm) low = limit;
    else high = limit;
  }
  const [before, after] = [low, high].map((limit) => ({ time: Math.log(exactRunLength({ step, limit }, p0)), delay: exactRunLength({ step, limit }, p1) }));
  if (before === undefined || after === undefined) return Number.NaN;
  return before.delay + ((Math.log(falseAlarm) - before.time) / (after.time - before.time)) * (after.delay - before.delay);
}
