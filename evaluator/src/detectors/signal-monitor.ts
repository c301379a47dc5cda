import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { createJudgeMonitor, type JudgeMonitor, judgeStatistics, judgeStreams } from './judge-monitor.ts';
import { type ChangePoint, followChange, initialChangePoint } from './change-point.ts';
import { alertingNull, DEFAULT_TOLERANCE, exceedanceNull, switchingNull, usableNull } from './null-rates.ts';
import { cutsExceeded, cutsUndercut, factorsOfCuts, initialQuantileState, updateQuantile } from './quantile-e-sr.ts';
import { factorsOfRate, feedRate, type RateStream, rateStream, restartStream } from './rate-stream.ts';
import { medianOf, pushRecent } from './recent-values.ts';

interface BinStream {
  readonly direction: 'up' | 'down';
  /** Bounds of the baseline's quantiles, from the usual towards the worse side. */
  readonly cuts: readonly number[];
  readonly state: number[];
  statistic: number;
}

interface RateMonitor {
  readonly kind: 'rate';
  readonly signal: SignalName;
  readonly baselineRate: number | undefined;
  /** Mean of the last twenty calls or so. */
  recent: number | undefined;
  readonly alerting: RateStream;
  readonly switching: RateStream;
  change: ChangePoint;
}

interface QuantileMonitor {
  readonly kind: 'quantile';
  readonly signal: SignalName;
  readonly baselineMedian: number;
  readonly upperEdge: number;
  readonly lowerEdge: number;
  /** The last few values. */
  recent: number[];
  readonly bins: readonly BinStream[];
  readonly exceeds: RateStream;
  readonly fallsBelow: RateStream | undefined;
  change: ChangePoint;
}

/** All tests of one (target, signal). Plain data: it survives JSON bit for bit. */
export type SignalMonitor = RateMonitor | QuantileMonitor | JudgeMonitor;

/** What the policy says of the signal: `max` sets the switching null, with or without a baseline. */
export interface MonitorSettings {
  readonly tolerance?: number | undefined;
  readonly max?: number | undefined;
}

/** Weight of one call in the recent mean that people are shown. */
const RECENT_WEIGHT = 0.05;
/** Of fewer judged calls the last, which was bad, says too much. */
const LEAST_JUDGED = 5;

export function createMonitor(signal: SignalName, baseline: BaselineStatistics | undefined, settings: MonitorSettings): SignalMonitor {
  if (signal === 'judge') return createJudgeMonitor(baseline?.kind === 'score' ? baseline : undefined, settings);
  return baseline?.kind === 'quantile' ? createQuantileMonitor(signal, baseline, settings) : createRateMonitor(signal, baseline, settings);
}

function createQuantileMonitor(signal: SignalName, baseline: Extract<BaselineStatistics, { kind: 'quantile' }>, settings: MonitorSettings): QuantileMonitor {
  const m = settings.max === undefined ? exceedanceNull(settings.tolerance ?? DEFAULT_TOLERANCE) : usableNull(settings.max);
  const both = signalDefinition(signal).worse === 'both';
  const up: BinStream = { direction: 'up', cuts: baseline.upperCuts, state: initialQuantileState(), statistic: 0 };
  const down: BinStream = { direction: 'down', cuts: baseline.lowerCuts, state: initialQuantileState(), statistic: 0 };
  return {
    kind: 'quantile', signal, baselineMedian: baseline.median, upperEdge: baseline.upperEdge, lowerEdge: baseline.lowerEdge, recent: [],
    bins: both ? [up, down] : [up], exceeds: rateStream(m), fallsBelow: both ? rateStream(m) : undefined, change: initialChangePoint(),
  };
}

function createRateMonitor(signal: SignalName, baseline: Extract<BaselineStatistics, { kind: 'rate' | 'score' }> | undefined, settings: MonitorSettings): RateMonitor {
  const events = baseline === undefined ? 0 : eventsOf(baseline);
  const learned = baseline && switchingNull(events, baseline.calls, settings.tolerance ?? DEFAULT_TOLERANCE);
  return {
    kind: 'rate', signal, baselineRate: baseline === undefined || baseline.calls === 0 ? undefined : events / baseline.calls, recent: undefined,
    alerting: rateStream(baseline && alertingNull(events, baseline.calls)), switching: rateStream(settings.max === undefined ? learned : usableNull(settings.max)), change: initialChangePoint(),
  };
}

/** A sum of scores between 0 and 1 is bounded as a count of events is: for a given mean, 0 and 1 spread most (Hoeffding 1963). */
function eventsOf(baseline: Extract<BaselineStatistics, { kind: 'rate' | 'score' }>): number {
  return baseline.kind === 'rate' ? baseline.events : baseline.mean * baseline.calls;
}

/** Feeds one call's value; changes the monitor in place. `atMs` dates the begin of a change. A value that is no number is not fed. */
export function observe(monitor: SignalMonitor, value: number, atMs = 0): void {
  if (!Number.isFinite(value)) return;
  if (monitor.kind === 'rate') observeRate(monitor, Math.min(1, Math.max(0, value)), atMs);
  else if (monitor.kind === 'quantile') observeQuantile(monitor, value, atMs);
}

function observeRate(monitor: RateMonitor, event: number, atMs: number): void {
  monitor.recent = monitor.recent === undefined ? event : monitor.recent + RECENT_WEIGHT * (event - monitor.recent);
  feedRate(monitor.alerting, event);
  feedRate(monitor.switching, event);
  const m = monitor.alerting.m ?? monitor.switching.m;
  if (m === undefined) return;
  const [good, bad] = [middleOf(factorsOfRate(m).success), middleOf(factorsOfRate(m).failure)];
  followChange(monitor.change, event === 0 ? good : event === 1 ? bad : good + event * (bad - good), event, atMs);
}

function observeQuantile(monitor: QuantileMonitor, value: number, atMs: number): void {
  pushRecent(monitor.recent, value);
  // Of two sides the mean: with the greater of both, values out on either side would look like a change although nothing changed.
  let factor = 0;
  for (const stream of monitor.bins) {
    const bin = stream.direction === 'up' ? cutsExceeded(value, stream.cuts) : cutsUndercut(value, stream.cuts);
    const factors = factorsOfCuts(stream.cuts.length);
    stream.statistic = updateQuantile(stream.state, bin, factors);
    factor += middleOf(factors[bin]) / monitor.bins.length;
  }
  followChange(monitor.change, factor, 0, atMs);
  feedRate(monitor.exceeds, value > monitor.upperEdge ? 1 : 0);
  if (monitor.fallsBelow !== undefined) feedRate(monitor.fallsBelow, value < monitor.lowerEdge ? 1 : 0);
}

/** The factor of the component in the middle of the mixture: the one that dates a change. */
function middleOf(factors: readonly number[] | undefined): number {
  return factors?.[Math.floor(factors.length / 2)] ?? 1;
}

/**
 * The statistics now, each to be held against the stream's threshold A. A two-sided test is the mean of its sides (never their maximum): so the bound on
 * false alarms holds for both together.
 */
export function statisticsOf(monitor: SignalMonitor): { alerting: number; switching: number } {
  if (monitor.kind === 'judge') return judgeStatistics(monitor);
  if (monitor.kind === 'rate') return { alerting: monitor.alerting.statistic, switching: monitor.switching.statistic };
  const bins = monitor.bins.reduce((sum, stream) => sum + stream.statistic, 0) / monitor.bins.length;
  const switching = monitor.fallsBelow === undefined ? monitor.exceeds.statistic : (monitor.exceeds.statistic + monitor.fallsBelow.statistic) / 2;
  return { alerting: bins, switching };
}

/** Starts all statistics again at zero, e.g. after a proved recovery. */
export function resetMonitor(monitor: SignalMonitor): void {
  for (const stream of streamsOf(monitor)) restartStream(stream);
  monitor.change = initialChangePoint();
  if (monitor.kind === 'quantile') monitor.recent = [];
  else monitor.recent = undefined;
}

function streamsOf(monitor: SignalMonitor): readonly { readonly state: number[]; statistic: number }[] {
  if (monitor.kind === 'judge') return judgeStreams(monitor);
  if (monitor.kind === 'rate') return [monitor.alerting, monitor.switching];
  return [monitor.exceeds, ...(monitor.fallsBelow === undefined ? [] : [monitor.fallsBelow]), ...monitor.bins];
}

/** The same tests from the start, for looking again while the first ones keep what they found. */
export function restartedMonitor(monitor: SignalMonitor): SignalMonitor {
  const fresh = structuredClone(monitor);
  resetMonitor(fresh);
  return fresh;
}

/** The tests that changed settings ask for; a test whose null is unchanged keeps its statistics. */
export function retuneMonitor(running: SignalMonitor, fresh: SignalMonitor): SignalMonitor {
  if (running.kind === 'judge' && fresh.kind === 'judge') return sameJudgeNulls(running, fresh) ? running : fresh;
  if (running.kind === 'rate' && fresh.kind === 'rate') {
    keepStream(running.alerting, fresh.alerting);
    keepStream(running.switching, fresh.switching);
    if (running.alerting.m === fresh.alerting.m && running.baselineRate === fresh.baselineRate) Object.assign(fresh, { recent: running.recent, change: running.change });
  }
  if (running.kind === 'quantile' && fresh.kind === 'quantile') {
    // The bins come from the frozen baseline alone: no setting changes them.
    fresh.bins.forEach((stream, index) => { copyStatistics(running.bins[index], stream); });
    keepStream(running.exceeds, fresh.exceeds);
    if (running.fallsBelow !== undefined && fresh.fallsBelow !== undefined) keepStream(running.fallsBelow, fresh.fallsBelow);
    Object.assign(fresh, { recent: running.recent, change: running.change });
  }
  return fresh;
}

function sameJudgeNulls(one: JudgeMonitor, other: JudgeMonitor): boolean {
  const nulls = ({ alerting, switching, expected }: JudgeMonitor) => [alerting.m, alerting.confirmed.m, switching.m, switching.confirmed.m, expected.flagged, expected.plain].join();
  return nulls(one) === nulls(other);
}

function keepStream(running: RateStream, fresh: RateStream): void {
  if (running.m === fresh.m) copyStatistics(running, fresh);
}

function copyStatistics(from: { readonly state: readonly number[]; readonly statistic: number } | undefined, to: { readonly state: number[]; statistic: number }): void {
  if (from === undefined) return;
  to.state.splice(0, to.state.length, ...from.state);
  to.statistic = from.statistic;
}

/** Since when the signal is believed to have changed; undefined while nothing speaks for a change. */
export function changeBeganAtMs(monitor: SignalMonitor): number | undefined {
  return monitor.change.sinceMs;
}

/** The rate that recovery has to disprove; undefined where the switching test is off. */
export function switchingNullOf(monitor: SignalMonitor): number | undefined {
  return monitor.kind === 'quantile' ? monitor.exceeds.m : monitor.switching.m;
}

/** True when none of the tests has room above its null. */
export function isOff(monitor: SignalMonitor): boolean {
  return monitor.kind !== 'quantile' && monitor.alerting.m === undefined && monitor.switching.m === undefined;
}

/** Which way a quantile signal went: the side whose statistic leads. */
export function worseSideOf(monitor: SignalMonitor): 'up' | 'down' {
  if (monitor.kind !== 'quantile') return 'up';
  const [up, down] = monitor.bins;
  const below = monitor.fallsBelow?.statistic ?? 0;
  if (below !== monitor.exceeds.statistic) return below > monitor.exceeds.statistic ? 'down' : 'up';
  return (down?.statistic ?? 0) > (up?.statistic ?? 0) ? 'down' : 'up';
}

/** How much a probe with this value counts as a failure on the given side, 0 to 1. */
export function recoveryEventOf(monitor: SignalMonitor, value: number, side: 'up' | 'down'): number {
  if (monitor.kind !== 'quantile') return Math.min(1, Math.max(0, value));
  return (side === 'down' ? value < monitor.lowerEdge : value > monitor.upperEdge) ? 1 : 0;
}

/** Baseline as people are shown it: the rate, or the median. */
export function monitorBaselineRate(monitor: SignalMonitor): number | undefined {
  if (monitor.kind === 'judge') return monitor.baselineMean;
  return monitor.kind === 'rate' ? monitor.baselineRate : monitor.baselineMedian;
}

/** What people are shown beside the baseline: the rate since the change is believed to have begun, or lately (of the judge too while few were judged since); the median of the latest values. */
export function observedRate(monitor: SignalMonitor): number | undefined {
  if (monitor.kind === 'quantile') return medianOf(monitor.recent.slice(-Math.max(1, monitor.change.calls)));
  const least = monitor.kind === 'judge' ? LEAST_JUDGED : 1;
  return monitor.change.calls < least ? monitor.recent : monitor.change.events / monitor.change.calls;
}
