import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { SIGNAL_NAMES, signalDefinition, type SignalName, type SignalValues } from '@understudy/contracts/signal';
import { baselineFromValues } from '../baselines/baseline-from-values.ts';
import { createMonitor, monitorBaselineRate, observe, observedRate, type SignalMonitor, statisticsOf } from '../detectors/signal-monitor.ts';
import { LEAST_THRESHOLD } from '../detectors/threshold.ts';

/** One signal that was found degraded. */
export interface Detection {
  readonly signal: SignalName;
  readonly target: string;
  /** Current calls fed when it was found, this one included. */
  readonly atCall: number;
  readonly statistic: number;
  readonly threshold: number;
  /** The rate, or the median, of the baseline; undefined where there is none. */
  readonly baseline: number | undefined;
  /** The same of the calls since the change is believed to have begun. */
  readonly observed: number | undefined;
  /** When the test that may switch reached its threshold; undefined when it did not, or when the signal only alerts. */
  readonly switchAtCall: number | undefined;
}

/** A signal that could be tested, or why it could not. */
export interface TestedSignal {
  readonly signal: SignalName;
  readonly baseline: BaselineStatistics | undefined;
  readonly baselineValues: number;
  readonly currentValues: number;
  /** The rate, or the median, of all current calls. */
  readonly current: number | undefined;
  /** False where the event is so common in the baseline that a rise could not be seen. */
  readonly hasRoom: boolean;
}

export interface Replay {
  readonly detections: readonly Detection[];
  readonly wouldSwitchAtCall: number | undefined;
  readonly signals: readonly TestedSignal[];
}

/** A stream under test. */
interface Stream {
  readonly signal: SignalName;
  readonly monitor: SignalMonitor;
  found: Omit<Detection, 'switchAtCall'> | undefined;
  switchAtCall: number | undefined;
}

/**
 * What detection would have said of `current`, fed in its order to the tests that `baseline` calibrates: the tests of production, with the default policy and the
 * threshold of a quiet installation.
 */
export function replayCalls(target: string, baseline: readonly SignalValues[], current: readonly SignalValues[]): Replay {
  const baselines = new Map(SIGNAL_NAMES.map((signal) => [signal, baselineFromValues(signal, valuesOf(baseline, signal))]));
  const streams = [...baselines].flatMap(([signal, statistics]): Stream[] => (statistics === undefined ? [] : [{ signal, monitor: createMonitor(signal, statistics, {}), found: undefined, switchAtCall: undefined }]));
  for (const [index, call] of current.entries()) {
    for (const stream of streams) feed(stream, target, call[stream.signal], index + 1);
  }
  const detections = streams.flatMap((stream): Detection[] => (stream.found === undefined ? [] : [{ ...stream.found, switchAtCall: stream.switchAtCall }]));
  const switches = detections.flatMap(({ switchAtCall }) => switchAtCall ?? []);
  return {
    detections: detections.sort((one, other) => one.atCall - other.atCall),
    wouldSwitchAtCall: switches.length === 0 ? undefined : Math.min(...switches),
    signals: SIGNAL_NAMES.map((signal) => testedSignal(signal, baselines.get(signal), valuesOf(baseline, signal).length, valuesOf(current, signal))),
  };
}

function valuesOf(calls: readonly SignalValues[], signal: SignalName): number[] {
  return calls.flatMap((call) => call[signal] ?? []);
}

function testedSignal(signal: SignalName, baseline: BaselineStatistics | undefined, baselineValues: number, current: readonly number[]): TestedSignal {
  const level = signalDefinition(signal).kind === 'rate' ? current.reduce((sum, value) => sum + value, 0) / current.length : current.toSorted((one, other) => one - other)[Math.ceil(current.length / 2) - 1];
  return { signal, baseline, baselineValues, currentValues: current.length, current: current.length === 0 ? undefined : level, hasRoom: baseline === undefined || hasRoom(createMonitor(signal, baseline, {})) };
}

function feed(stream: Stream, target: string, value: number | undefined, atCall: number): void {
  if (value === undefined) return;
  const { signal, monitor } = stream;
  observe(monitor, value, atCall);
  const { alerting, switching } = statisticsOf(monitor);
  const switches = signalDefinition(signal).defaultAction === 'switch' && switching >= LEAST_THRESHOLD;
  if (switches) stream.switchAtCall ??= atCall;
  if (stream.found !== undefined || !(switches || alerting >= LEAST_THRESHOLD)) return;
  stream.found = { signal, target, atCall, statistic: switches ? switching : alerting, threshold: LEAST_THRESHOLD, baseline: monitorBaselineRate(monitor), observed: observedRate(monitor) };
}

function hasRoom(monitor: SignalMonitor): boolean {
  return monitor.kind === 'quantile' || monitor.alerting.m !== undefined || monitor.switching.m !== undefined;
}
