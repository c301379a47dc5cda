import { expect, it } from 'vitest';
import { delayTable, delayText, delayWithBaseline } from './detection-delay.ts';

it('detects within 1.27 times the exact optimum at A = 1e5, and 1.2 times at equal false alarms, though nobody tells it the rate after the change', () => {
  for (const row of delayTable(7, 1_500)) {
    console.log(delayText(row));
    expect(row.delay.mean / row.optimum, row.scenario).toBeLessThan(1.27);
    expect(row.delay.mean / (row.optimumAtOwnRate ?? Number.POSITIVE_INFINITY), row.scenario).toBeLessThan(1.2);
  }
});

it('pays for a null that comes from few calls with a longer delay, and less so the more calls there are', () => {
  const rows = [200, 1_000, 5_000].map((calls) => delayWithBaseline(8, 400, calls, 0.01));
  for (const row of rows) console.log(delayText(row));
  const delays = rows.map((row) => row.delay.mean);
  expect(delays[0]).toBeGreaterThan(delays[1] ?? 0);
  expect(delays[1]).toBeGreaterThan(delays[2] ?? 0);
});
