import fc from 'fast-check';
import { expect, it } from 'vitest';
import { baselineFromValues } from '../baselines/baseline-from-values.ts';
import { bernoulliFactors, initialBernoulliState, updateBernoulli } from './bernoulli-e-sr.ts';
import { factorsOfCuts, initialQuantileState, updateQuantile } from './quantile-e-sr.ts';
import { changeBeganAtMs, createMonitor, observe, observedRate, resetMonitor, statisticsOf } from './signal-monitor.ts';

const SEED = 20_261_124;

it('never falls when any past call had failed instead', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), fc.nat(), fc.double({ min: 0.001, max: 0.9, noNaN: true }), (calls, at, m) => {
    const index = at % calls.length;
    expect(lastBernoulli(calls.with(index, true), m)).toBeGreaterThanOrEqual(lastBernoulli(calls.with(index, false), m) * (1 - 1e-12));
  }), { seed: SEED });
});

it('never falls when any past value had been in a worse bin', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 60 }), fc.nat(), (bins, at) => {
    const index = at % bins.length;
    const bin = bins[index] ?? 0;
    expect(lastQuantile(bins.with(index, Math.min(11, bin + 1)))).toBeGreaterThanOrEqual(lastQuantile(bins) * (1 - 1e-12));
  }), { seed: SEED });
});

it('sees a downward shift exactly as it sees the mirrored upward one', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 60, maxLength: 90 }), fc.array(fc.integer({ min: -80, max: 80 }), { maxLength: 60 }), (healthy, calls) => {
    const statistics = [1, -1].map((sign) => {
      const monitor = createMonitor('length', baselineFromValues('length', healthy.map((value) => sign * value)), {});
      for (const value of calls) observe(monitor, sign * value);
      return statisticsOf(monitor);
    });
    expect(statistics[1]?.alerting).toBeCloseTo(statistics[0]?.alerting ?? Number.NaN, 6);
    expect(statistics[1]?.switching).toBeCloseTo(statistics[0]?.switching ?? Number.NaN, 6);
  }), { seed: SEED, numRuns: 50 });
});

it('holds only finite numbers, whatever it is fed, and goes on from JSON as if nothing had happened', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1.7e308));
  fc.assert(fc.property(fc.array(value, { maxLength: 120 }), fc.constantFrom('error', 'length', 'cost_per_call', 'latency_per_token'), (values, signal) => {
    const healthy = Array.from({ length: 60 }, (_, index) => (signal === 'error' ? index % 20 === 0 ? 1 : 0 : index));
    const monitor = createMonitor(signal as 'error', baselineFromValues(signal as 'error', healthy), {});
    let stored = structuredClone(monitor);
    for (const [index, one] of values.entries()) {
      observe(monitor, one, index);
      observe(stored, one, index);
      stored = JSON.parse(JSON.stringify(stored)) as typeof stored;
    }
    expect(JSON.stringify(monitor)).not.toMatch(/null/);
    expect(stored).toEqual(JSON.parse(JSON.stringify(monitor)));
  }), { seed: SEED });
});

it('dates the change, and shows what was observed since', () => {
  const monitor = createMonitor('error', { kind: 'rate', calls: 1_000, events: 10 }, {});
  for (let call = 0; call < 500; call++) observe(monitor, call % 100 === 0 ? 1 : 0, call);
  for (let call = 500; call < 540; call++) observe(monitor, call % 2 === 0 ? 1 : 0, call);
  expect(changeBeganAtMs(monitor)).toBe(500);
  expect(observedRate(monitor)).toBe(0.5);
  resetMonitor(monitor);
  expect(changeBeganAtMs(monitor)).toBeUndefined();
});

it.each(['length', 'latency_per_token'] as const)('dates a change of a quantile after many healthy calls, of %s', (signal) => {
  // A thousand equally likely values, in an order that is not theirs: 389 and 1,000 have no common divisor.
  const healthy = (call: number) => 100 + ((call * 389) % 1_000);
  const monitor = createMonitor(signal, baselineFromValues(signal, Array.from({ length: 1_000 }, (_, call) => healthy(call))), {});
  for (let call = 0; call < 5_000; call++) observe(monitor, healthy(call), call);
  for (let call = 5_000; call < 5_040; call++) observe(monitor, 3_000, call);
  expect(changeBeganAtMs(monitor)).toBeGreaterThan(4_950);
  expect(changeBeganAtMs(monitor)).toBeLessThanOrEqual(5_000);
});

function lastBernoulli(calls: readonly boolean[], m: number): number {
  const state = initialBernoulliState();
  const factors = bernoulliFactors(m);
  return calls.map((failed) => updateBernoulli(state, Number(failed), factors)).at(-1) ?? 0;
}

function lastQuantile(bins: readonly number[]): number {
  const state = initialQuantileState();
  return bins.map((bin) => updateQuantile(state, bin, factorsOfCuts(11))).at(-1) ?? 0;
}
