import { perfectProbesNeeded } from '@understudy/evaluator/detectors/recovery-e-process';
import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { failovers, probesToProof } from './recovery.ts';

it.each([[0.01, 608], [0.05, 119], [0.1, 58]])('needs, for p_rec = %d, %d perfect probes at alpha = .01', (pRec, probes) => {
  expect(perfectProbesNeeded(pRec, 0.01)).toBe(probes);
});

it.each([[0.1, 0.05], [0.1, 0.01], [0.05, 0.05]])('returns too early, at p = p_rec = %d, with probability at most alpha = %d', (rate, alpha) => {
  const random = seededRandom(9);
  const episodes = 1_500;
  let wrong = 0;
  for (let episode = 0; episode < episodes; episode++) if (probesToProof(random, rate, rate, alpha, 600) !== undefined) wrong += 1;
  console.log(`p = p_rec = ${rate}: ${wrong} of ${episodes} episodes ended in a false return (alpha ${alpha})`);
  expect(wrong / episodes).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / episodes));
});

it.each([[0.1, 100], [0.05, 420]])('needs, for a target that is back at .02 and p_rec = %d, at most %d probes in the median', (pRec, most) => {
  const random = seededRandom(10);
  const probes = Array.from({ length: 400 }, () => probesToProof(random, pRec, 0.02, 0.01, 20_000) ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  console.log(`back at .02, p_rec = ${pRec}: median ${probes[200]} probes, 9 of 10 within ${probes[360]}`);
  expect(probes[200]).toBeLessThanOrEqual(most);
});

it('fails over wrongly at most once in a million calls at any constant failure rate', () => {
  const random = seededRandom(11);
  const calls = 1_000_000;
  const rates = [0.005, 0.02, 0.026, 0.03, 0.035, 0.05, 0.1, 0.2];
  let total = 0;
  for (const rate of rates) {
    const found = failovers(random, { m: 0.03, threshold: 1e5, alpha: 0.01, probeShare: 0.05, holdDownCalls: 300 }, rate, calls);
    console.log(`p = ${rate}, m = p_rec = .03: ${found} failovers in ${calls} calls`);
    // A primary that is bad is left once; that one is right.
    const right = rate > 0.03 ? 1 : 0;
    expect(found - right, `p = ${rate}`).toBeLessThanOrEqual(2);
    total += found - right;
  }
  expect(total).toBeLessThanOrEqual(rates.length);
});
