import { BASELINE_QUANTILES } from '@understudy/contracts/quantiles';
import { baselineFromValues } from '@understudy/evaluator/baselines/baseline-from-values';
import { quantileRanks } from '@understudy/evaluator/baselines/quantile-ranks';
import { alertingNull, switchingNull } from '@understudy/evaluator/detectors/null-rates';
import { factorsOfCuts, quantileFactors } from '@understudy/evaluator/detectors/quantile-e-sr';
import { createMonitor, observe, statisticsOf } from '@understudy/evaluator/detectors/signal-monitor';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { bernoulliStream, burstyStream, meanOf, meanRunLength, NORMAL_CUTS, quantileStream, runLength, type Stream } from './streams.ts';

const SIX_CUTS = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

describe('the mean time to a false alarm is at least A', () => {
  const random = seededRandom(1);
  const nulls: readonly (readonly [string, () => Stream])[] = [
    ['failures at m = .02', () => bernoulliStream(random, 0.02, 0.02)],
    ['failures at m = .2', () => bernoulliStream(random, 0.2, 0.2)],
    ['failures at half of m', () => bernoulliStream(random, 0.02, 0.01)],
    ['bursts whose rate never exceeds m', () => burstyStream(random, 0.1, 0.05)],
    ['numbers of the baseline\'s law', () => quantileStream(NORMAL_CUTS, () => random.normal())],
    ['numbers below the baseline\'s law', () => quantileStream(NORMAL_CUTS, () => random.normal() - 0.1 * random.uniform())],
  ];
  it.each(nulls)('for %s', (_, makeStream) => {
    for (const threshold of [1e3, 1e4]) {
      const { mean, standardError } = meanRunLength(makeStream, threshold, 300, 5 * threshold);
      // The lower end of a 99 % interval.
      expect(mean - 2.33 * standardError).toBeGreaterThan(threshold);
    }
  });
});

describe('M − t is a martingale: E[M at the alarm] = E[time of the alarm]', () => {
  const random = seededRandom(2);
  it.each([
    ['failures, m = .02', () => bernoulliStream(random, 0.02, 0.02)],
    ['failures, m = .3', () => bernoulliStream(random, 0.3, 0.3)],
    ['numbers', () => quantileStream(NORMAL_CUTS, () => random.normal())],
  ])('for %s, within three standard errors', (_, makeStream) => {
    const differences = Array.from({ length: 20_000 }, () => {
      const run = runLength(makeStream(), 20);
      return run === undefined ? Number.NaN : run.statistic - run.steps;
    });
    const { mean, standardError } = meanOf(differences);
    expect(Math.abs(mean)).toBeLessThan(3 * standardError);
  });
});

describe('a baseline that is estimated', () => {
  it.each([60, 200, 2_000])('of %d calls keeps every component\'s mean factor at or below 1 in at least 90 % of all cases', (calls) => {
    const random = seededRandom(3);
    const ranks = quantileRanks(calls)?.upperCuts ?? [];
    const factors = factorsOfCuts(ranks.length);
    const baselines = 1_000;
    let kept = 0;
    for (let baseline = 0; baseline < baselines; baseline++) {
      const sorted = Float64Array.from({ length: calls }, () => random.uniform()).sort();
      const exceedances = ranks.map((rank) => 1 - (sorted[rank - 1] ?? 0));
      if (meanFactors(factors, exceedances).every((mean) => mean <= 1)) kept += 1;
    }
    console.log(`baseline of ${calls} calls, ${ranks.length} cuts: the bin test keeps its null in ${((100 * kept) / baselines).toFixed(1)} % of all baselines`);
    expect(kept / baselines).toBeGreaterThanOrEqual(0.9);
  });

  it('of rates keeps its alerting null in at least 90 % of all cases, and the switching null lies above it', () => {
    const random = seededRandom(4);
    let kept = 0;
    for (let baseline = 0; baseline < 2_000; baseline++) {
      let events = 0;
      for (let call = 0; call < 200; call++) if (random.chance(0.03)) events += 1;
      const m = alertingNull(events, 200) ?? 1;
      if (m >= 0.03) kept += 1;
      expect(switchingNull(events, 200, 0.01)).toBeGreaterThanOrEqual(m);
    }
    expect(kept / 2_000).toBeGreaterThanOrEqual(0.9);
  });

  it('of the binary, the discrete and the constant kind alarms no more than its bound', () => {
    const random = seededRandom(5);
    const laws: readonly (() => number)[] = [() => 7, () => (random.chance(0.5) ? 1 : 2), () => Math.floor(4 * random.uniform()), () => (random.chance(0.97) ? 0 : 5)];
    const threshold = 1e3;
    let alarms = 0;
    let calls = 0;
    for (const law of laws) {
      for (let baseline = 0; baseline < 40; baseline++) {
        const statistics = baselineFromValues('length', Array.from({ length: 200 }, law));
        const monitor = createMonitor('length', statistics, {});
        for (let call = 0; call < 1_000; call++) {
          observe(monitor, law());
          calls += 1;
          if (statisticsOf(monitor).alerting < threshold && statisticsOf(monitor).switching < threshold) continue;
          alarms += 1;
          break;
        }
      }
    }
    console.log(`discrete laws: ${alarms} alarms of either test in ${calls} calls at A = ${threshold}`);
    expect(alarms / calls).toBeLessThan(2 / threshold);
  });
});

it('sees with eleven cuts what six see, and a little more', () => {
  // Mean logarithm of the best factor for a slow-down by 1.3 of a log-normal with sigma .6: the rate at which evidence grows.
  const information = (quantiles: readonly number[]): number => {
    const shift = Math.log(1.3) / 0.6;
    const random = seededRandom(6);
    const factors = quantileFactors(quantiles);
    const cuts = quantiles === BASELINE_QUANTILES ? NORMAL_CUTS : NORMAL_CUTS.filter((_, index) => quantiles.includes(BASELINE_QUANTILES[index] ?? -1));
    const sums = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      const value = random.normal() + shift;
      const bin = cuts.filter((cut) => value > cut).length;
      sums.forEach((sum, k) => { sums[k] = sum + Math.log(factors[bin]?.[k] ?? 1); });
    }
    return Math.max(...sums) / 20_000;
  };
  const eleven = information(BASELINE_QUANTILES);
  const five = information(BASELINE_QUANTILES.filter((quantile) => SIX_CUTS.includes(quantile)));
  expect(eleven).toBeGreaterThan(five);
  // Kullback–Leibler distance of the two log-normals: shift² / 2.
  expect(eleven / ((Math.log(1.3) / 0.6) ** 2 / 2)).toBeGreaterThan(0.93);
});

/** E[L_k] when a value exceeds cut j with probability exceedances[j]. */
function meanFactors(factors: readonly (readonly number[])[], exceedances: readonly number[]): number[] {
  return (factors[0] ?? []).map((lowest, k) => exceedances.reduce((sum, exceedance, j) => sum + ((factors[j + 1]?.[k] ?? 0) - (factors[j]?.[k] ?? 0)) * exceedance, lowest));
}
