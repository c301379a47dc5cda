import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawNumber, isDrawn } from './draw.ts';

const counted = (index: number) => [index.toString(16).padStart(32, '0'), (index * 7).toString(16).padStart(16, '0')] as const;
const random = () => [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')] as const;

describe('a draw', () => {
  it('is the same each time, so a step that is repeated draws the same calls', () => {
    expect(drawNumber('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7')).toBe(drawNumber('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'));
  });

  it.each([['ids that count up', counted], ['ids of chance', random]])('is uniform over %s', (_, ids) => {
    const calls = 40_000;
    const bins = new Array<number>(20).fill(0);
    for (let index = 0; index < calls; index++) {
      const bin = Math.floor(20 * drawNumber(...ids(index)));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const expected = calls / 20;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: above it once in a million.
    expect(chiSquare).toBeLessThan(64);
  });

  it('does not follow from the trace id alone, as a sender\'s own sampling does', () => {
    let drawn = 0;
    for (let span = 0; span < 10_000; span++) if (isDrawn('0'.repeat(32), span.toString(16).padStart(16, '0'), 0.1)) drawn += 1;
    expect(drawn).toBeGreaterThan(850);
    expect(drawn).toBeLessThan(1_150);
  });

  it('always draws at 1', () => {
    for (let index = 0; index < 1_000; index++) expect(isDrawn(...random(), 1)).toBe(true);
  });
});
