import { describe, expect, it } from 'vitest';
import { activeStream, falseAlarmTimes, meanText, SCENE, samplingTable, samplingText } from './active-sampling.ts';
import { seededRandom } from './random.ts';
import { meanOf, meanRunLength, runLength } from './streams.ts';

const THRESHOLD = 1e5;

describe('with a judge of sensitivity .8 and specificity .9 that may see a tenth of the calls', () => {
  it('active sampling finds 2 % → 10 % in at most .30 times the calls that uniform sampling needs at the same guarantee', () => {
    const table = samplingTable(11, 400, SCENE, THRESHOLD);
    console.log(samplingText('2 % → 10 %', table));
    expect(table.active.delay.mean / table.uniform.delay.mean).toBeLessThan(0.3);
    // What is flagged comes first, so a change costs a little more.
    expect(table.active.judged).toBeLessThan(1.5 * SCENE.budget);
  });

  it('neither alarms more often than once in A calls while nothing changes, though judging is raised in doubt', () => {
    const threshold = 1e3;
    const { active, uniform } = falseAlarmTimes(12, 300, SCENE, threshold, 5 * threshold);
    console.log(`mean time to a false alarm at A = ${threshold}: active ${meanText(active)}, uniform ${meanText(uniform)}`);
    for (const { mean, standardError } of [active, uniform]) expect(mean - 2.33 * standardError).toBeGreaterThan(threshold);
  });

  it('nor when verdicts come many at once: calls are fed in the order in which they came', () => {
    const threshold = 1e3;
    const { active } = falseAlarmTimes(16, 300, SCENE, threshold, 5 * threshold, 500);
    console.log(`the same with verdicts every 500 calls: ${meanText(active)}`);
    expect(active.mean - 2.33 * active.standardError).toBeGreaterThan(threshold);
  });

  it('the statistic is a martingale less the time: E[M at the alarm] = E[calls to it], to the confidence of the nulls', () => {
    const random = seededRandom(13);
    const differences = Array.from({ length: 4_000 }, () => {
      const run = runLength(activeStream(random, SCENE, SCENE.healthy), 20);
      return run === undefined ? Number.NaN : run.statistic - run.steps;
    });
    const { mean, standardError } = meanOf(differences);
    expect(mean).toBeLessThan(3 * standardError);
    expect(mean).toBeGreaterThan(-0.5 - 3 * standardError);
  });

  it('needs longer with a baseline of few calls and the null that may switch, and finds it still', () => {
    const random = seededRandom(14);
    const [known, few] = [{}, { baselineCalls: 2_000, test: 'switching' } as const].map((options) => meanRunLength(() => activeStream(random, SCENE, SCENE.degraded, options), THRESHOLD, 200, 50_000));
    console.log(`what is usual is known: ${meanText(known ?? meanOf([]))}; from 2,000 calls, with the tolerance: ${meanText(few ?? meanOf([]))}`);
    expect(few?.mean).toBeGreaterThan(known?.mean ?? 0);
    expect(few?.mean).toBeLessThan(2_000);
  });
});

it('finds what no heuristic flags too, in at most three times the calls of uniform sampling', () => {
  const blind = { ...SCENE, heuristic: { sensitivity: 0.03, falsePositive: 0.03 } };
  const table = samplingTable(15, 150, blind, THRESHOLD);
  console.log(samplingText('heuristics that see nothing', table));
  expect(table.active.delay.mean / table.uniform.delay.mean).toBeLessThan(3);
});
