import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsOf } from './limits.ts';

describe('the limits of a request', () => {
  it('cut nothing short that the application\'s own client would have waited for', () => {
    expect(limitsOf({}, 600_000)).toMatchObject({ timeoutMs: 600_000, attemptMs: 60_000 });
    expect(limitsOf({}, 5_000).timeoutMs).toBe(120_000);
    expect(limitsOf({ timeoutMs: 20_000 }, 600_000)).toMatchObject({ timeoutMs: 20_000, attemptMs: 10_000 });
  });

  it('always fit a timer, whatever is asked for', () => {
    const any = fc.double();
    fc.assert(fc.property(fc.record({ timeoutMs: any, attemptMs: any, firstTokenMs: any, stallMs: any, streamMs: any }), any, (options, patienceMs) => {
      const limits = limitsOf(options, patienceMs);
      for (const [name, value] of Object.entries(limits)) expect(value, name).toBeLessThan(2 ** 31);
      expect(limits.streamMs + limits.stallMs).toBeLessThan(2 ** 31 + 1);
    }));
  });
});
