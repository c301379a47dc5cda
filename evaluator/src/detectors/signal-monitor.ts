import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { SIGNALS, type SignalName } from '@understudy/contracts/signal';
import { type BernoulliFactors, bernoulliFactors, initialBernoulliState, updateBernoulli } from './bernoulli-e-sr.ts';
import { alertingNull, DEFAULT_TOLERANCE, exceedanceNull, switchingNull } from './null-rates.ts';
import { binOf, initialQuantileState, type QuantileFactors, quantileFactors, updateQuantile } from './quantile-e-sr.ts';

/** One e-SR stream inside a monitor; `m` undefined: the test is off because its null leaves no room. */
interface RateStream {
  readonly m: number | undefined;
  state: number[];
  statistic: number;
}

interface BinStream {
  readonly direction: 'up' | 'down';
  state: number[];
  statistic: number;
}

/** All tests of one (target, signal). Plain data: it survives JSON bit for bit. */
export type SignalMonitor =
  | { readonly kind: 'rate'; readonly signal: SignalName; readonly baselineRate: number | undefined; recent: number | undefined; readonly alerting: RateStream; readonly switching: RateStream }
  | {
      readonly kind: 'quantile'; readonly signal: SignalName; readonly cuts: readonly number[]; readonly upperEdge: number; readonly lowerEdge: number;
      recent: number | undefined; readonly bins: BinStream[]; readonly exceeds: RateStream; readonly fallsBelow: RateStream | undefined;
    };

/** What the policy says of the signal: `max` sets the switching null, with or without a baseline. */
export interface MonitorSettings {
  readonly tolerance?: number | undefined;
  readonly max?: number | undefined;
}

/** Weight of one call in the recent mean that people are shown. */
const RECENT_WEIGHT = 0.05;

export function createMonitor(signal: SignalName, baseline: BaselineStatistics | undefined, settings: MonitorSettings): SignalMonitor {
  const tolerance = settings.tolerance ?? DEFAULT_TOLERANCE;
  if (baseline?.kind === 'quantile') {
    const m = settings.max ?? exceedanceNull(tolerance);
    const both = SIGNALS[signal].worse === 'both';
    return {
      kind: 'quantile', signal, cuts: baseline.cuts, upperEdge: baseline.upperEdge, lowerEdge: baseline.lowerEdge, recent: undefined,
      bins: (both ? (['up', 'down'] as const) : (['up'] as const)).map((direction) => ({ direction, state: initialQuantileState(), statistic: 0 })),
      exceeds: rateStream(m), fallsBelow: both ? rateStream(m) : undefined,
    };
  }
  return {
    kind: 'rate', signal, baselineRate: baseline === undefined || baseline.calls === 0 ? undefined : baseline.events / baseline.calls, recent: undefined,
    alerting: rateStream(baseline === undefined ? undefined : alertingNull(baseline.events, baseline.calls)),
    switching: rateStream(settings.max ?? (baseline === undefined ? undefined : switchingNull(baseline.events, baseline.calls, tolerance))),
  };
}

/** Feeds one call's value; changes the monitor in place. */
export function observe(monitor: SignalMonitor, value: number): void {
  monitor.recent = monitor.recent === undefined ? value : monitor.recent + RECENT_WEIGHT * (value - monitor.recent);
  if (monitor.kind === 'rate') {
    feedRate(monitor.alerting, value === 1);
    feedRate(monitor.switching, value === 1);
    return;
  }
  const bin = binOf(value, monitor.cuts);
  for (const stream of monitor.bins) stream.statistic = updateQuantile(stream.state, bin, factorsOfDirection[stream.direction]);
  feedRate(monitor.exceeds, value > monitor.upperEdge);
  if (monitor.fallsBelow !== undefined) feedRate(monitor.fallsBelow, value < monitor.lowerEdge);
}

/** The statistics now, each to be held against the stream's threshold A. */
export function statisticsOf(monitor: SignalMonitor): { alerting: number; switching: number } {
  if (monitor.kind === 'rate') return { alerting: monitor.alerting.statistic, switching: monitor.switching.statistic };
  return { alerting: Math.max(...monitor.bins.map((stream) => stream.statistic)), switching: Math.max(monitor.exceeds.statistic, monitor.fallsBelow?.statistic ?? 0) };
}

/** Starts all statistics again at zero, e.g. after a proved recovery. */
export function resetMonitor(monitor: SignalMonitor): void {
  monitor.recent = undefined;
  const streams = monitor.kind === 'rate' ? [monitor.alerting, monitor.switching] : [monitor.exceeds, ...(monitor.fallsBelow === undefined ? [] : [monitor.fallsBelow]), ...monitor.bins];
  for (const stream of streams) {
    stream.state.fill(0);
    stream.statistic = 0;
  }
}

/** The rate that recovery has to disprove; undefined where the switching test is off. */
export function switchingNullOf(monitor: SignalMonitor): number | undefined {
  return monitor.kind === 'rate' ? monitor.switching.m : monitor.exceeds.m;
}

/** Whether a probe with this value counts as a failure. */
export function recoveryEventOf(monitor: SignalMonitor, value: number): 0 | 1 {
  if (monitor.kind === 'rate') return value === 1 ? 1 : 0;
  // Recovery looks at the side that went bad, so that the healthy share beyond the edge stays at a tenth.
  const below = (monitor.fallsBelow?.statistic ?? 0) > monitor.exceeds.statistic;
  return (below ? value < monitor.lowerEdge : value > monitor.upperEdge) ? 1 : 0;
}

/** Baseline as people are shown it: the rate, or the median. */
export function monitorBaselineRate(monitor: SignalMonitor): number | undefined {
  return monitor.kind === 'rate' ? monitor.baselineRate : monitor.cuts[1];
}

/** Mean of the last twenty calls or so. */
export function observedRate(monitor: SignalMonitor): number | undefined {
  return monitor.recent;
}

function rateStream(m: number | undefined): RateStream {
  return { m, state: initialBernoulliState(), statistic: 0 };
}

function feedRate(stream: RateStream, failed: boolean): void {
  if (stream.m !== undefined) stream.statistic = updateBernoulli(stream.state, failed, factorsOfRate(stream.m));
}

const factorsOfDirection: Readonly<Record<'up' | 'down', QuantileFactors>> = { up: quantileFactors('up'), down: quantileFactors('down') };

/** Factors by null rate; a pure function's results, kept. Bounded: there are as many rates as streams. */
const factorsByRate = new Map<number, BernoulliFactors>();
const MAX_KEPT = 10_000;

function factorsOfRate(m: number): BernoulliFactors {
  let factors = factorsByRate.get(m);
  if (factors === undefined) {
    if (factorsByRate.size >= MAX_KEPT) factorsByRate.clear();
    factors = bernoulliFactors(m);
    factorsByRate.set(m, factors);
  }
  return factors;
}
