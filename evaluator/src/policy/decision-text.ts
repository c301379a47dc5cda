import { signalDefinition } from '@understudy/contracts/signal';
import { monitorBaselineRate, observedRate } from '../detectors/signal-monitor.ts';
import type { TargetState } from './route-state.ts';
import type { SignalVerdict } from './target-health.ts';

/** `refusal of openai/large rose from 0 % to 85 % (statistic 2.3e+5, threshold 1e+5)`: what changed, for somebody who is on call. */
export function changeText(target: TargetState, verdict: SignalVerdict): string {
  if (verdict.rule !== undefined) return ruleText(target.id, verdict.rule, verdict.statistic);
  const monitor = target.monitors[verdict.signal];
  const definition = signalDefinition(verdict.signal);
  const evidence = `(statistic ${short(verdict.statistic)}, threshold ${short(verdict.threshold)})`;
  const now = monitor === undefined ? undefined : observedRate(monitor);
  const before = monitor === undefined ? undefined : monitorBaselineRate(monitor);
  const subject = `${verdict.signal} of ${target.id}`;
  if (now === undefined) return `${subject} has changed ${evidence}`;
  if (definition.kind === 'rate' || definition.kind === 'score') return before === undefined ? `${subject} is at ${percent(now)} ${evidence}` : `${subject} ${moved(before, now)} from ${percent(before)} to ${percent(now)} ${evidence}`;
  return before === undefined ? `${subject} is at ${short(now)} ${definition.unit} ${evidence}` : `${subject} ${moved(before, now)} from ${short(before)} to ${short(now)} ${definition.unit}, medians ${evidence}`;
}

export function ruleText(target: string, rule: string, observed: number): string {
  return `${target} breaks the rule "${rule}": it is at ${short(observed)}`;
}

/** `40 s`, `5 min`, `2 h` */
export function durationText(ms: number): string {
  if (ms < 100_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 6_000_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

function moved(before: number, now: number): string {
  return now > before ? 'rose' : now < before ? 'fell' : 'changed';
}

function percent(rate: number): string {
  return `${short(100 * rate)} %`;
}

/** Three significant digits; powers of ten for what is very large. */
function short(value: number): string {
  return String(Number(value.toPrecision(3))).length > 7 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
