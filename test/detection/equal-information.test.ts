import { expect, it } from 'vitest';
import { compare, equalInformationText } from './equal-information.ts';
import { seededRandom } from './random.ts';
import { adwin, pageHinkley } from './rivals.ts';

// So few runs settle the rivals' calibration only roughly: hence the slack. `campaign.ts` prints sharper figures.
it('is, at equal information and no more false alarms, about as fast as a calibrated ADWIN or faster', () => {
  const changedRates = [0.1, 0.05];
  const rows = compare(12, { healthyRate: 0.02, changedRates, learningCalls: 2_000, healthyCalls: 5_000, mostCalls: 8_000, runs: 120 });
  for (const row of rows) console.log(equalInformationText(row, changedRates));
  const [own, rival] = rows;
  expect(rival?.name).toContain('ADWIN');
  changedRates.forEach((_, index) => { expect(own?.medians[index]).toBeLessThanOrEqual(1.25 * (rival?.medians[index] ?? Number.POSITIVE_INFINITY)); });
});

it('compares with rivals that work: they see a large change and are calm without one', () => {
  for (const make of [() => adwin(0.002), () => pageHinkley(0.1, 20)]) {
    const random = seededRandom(13);
    const detector = make();
    const alarmsBefore = Array.from({ length: 2_000 }, () => detector.step(random.chance(0.2) ? 1 : 0)).filter(Boolean).length;
    const alarmsAfter = Array.from({ length: 300 }, () => detector.step(random.chance(0.6) ? 1 : 0)).filter(Boolean).length;
    expect(alarmsBefore).toBe(0);
    expect(alarmsAfter).toBeGreaterThan(0);
  }
});
