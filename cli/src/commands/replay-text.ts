import { signalDefinition } from '@understudy/contracts/signal';
import type { Detection, Replay, TestedSignal } from '@understudy/evaluator/replay/replay-calls';
import { signalLevel } from '../signal-level.ts';
import { short, table } from '../table.ts';

/** What was found, for people: one line a signal and the conclusion. */
export function replayText({ detections, wouldSwitchAtCall, signals }: Replay, baselineCalls: number, currentCalls: number): string {
  const known = signals.filter(isKnown);
  const unknown = signals.filter((tested) => !isKnown(tested)).map(({ signal }) => signal);
  const rows = known.map((tested) => {
    const detection = detections.find(({ signal }) => signal === tested.signal);
    return [tested.signal, signalLevel(tested.signal, baselineLevel(tested)), signalLevel(tested.signal, tested.current), verdict(tested, detection)];
  });
  return [
    `learned from ${baselineCalls} calls, watched ${currentCalls}`, '', table(['SIGNAL', 'BASELINE', 'WATCHED', 'VERDICT'], rows), '',
    ...(unknown.length === 0 ? [] : [`not known, since no row says it: ${unknown.join(', ')}`, '']),
    detections.length === 0 ? 'no degradation found' : `degraded: ${detections.map(({ signal, atCall }) => `${signal} after ${calls(atCall)}`).join(', ')}`,
    wouldSwitchAtCall === undefined ? 'the route would have stayed where it was' : `the route would have switched to its fallback after ${calls(wouldSwitchAtCall)}`,
  ].join('\n');
}

function isKnown({ baselineValues, currentValues }: TestedSignal): boolean {
  return baselineValues > 0 || currentValues > 0;
}

function baselineLevel({ baseline }: TestedSignal): number | undefined {
  if (baseline === undefined) return undefined;
  if (baseline.kind === 'score') return baseline.mean;
  return baseline.kind === 'rate' ? baseline.events / baseline.calls : baseline.median;
}

function verdict({ baseline, baselineValues, currentValues, hasRoom }: TestedSignal, detection: Detection | undefined): string {
  if (detection !== undefined) return `degraded, found after ${calls(detection.atCall)} (${short(detection.statistic)} ≥ ${short(detection.threshold)})${signalDefinition(detection.signal).defaultAction === 'alert' ? ', alert only' : ''}`;
  if (baseline === undefined) return `not tested: ${baselineValues} baseline values are too few`;
  if (!hasRoom) return 'not tested: too common to see a rise';
  return currentValues === 0 ? 'not tested: no watched row says it' : 'stable';
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
