import { type RoutePolicy, routePolicyOf } from '@understudy/contracts/policy';
import { SIGNALS, type SignalName } from '@understudy/contracts/signal';
import { statisticsOf } from '../detectors/signal-monitor.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/** Threshold of a stream before the leader has computed its own (design §5: at least 1e5). */
export const LEAST_THRESHOLD = 1e5;
const PROVED_CALLS = 20;
const PROVED_MINUTES = 15;

export interface SignalVerdict {
  readonly signal: SignalName;
  readonly verdict: 'stable' | 'suspect' | 'alerting' | 'degraded';
  readonly action: 'switch' | 'alert';
  /** The statistic that decided the verdict, and what it is held against. */
  readonly statistic: number;
  readonly threshold: number;
}

export type TargetHealth = 'unproven' | 'healthy' | 'suspect' | 'degraded';

/** The verdict of every monitored signal of a target; suspicion from max(1e3, A/1e3), degraded from A. */
export function verdictsOf(policy: RoutePolicy, target: TargetState): SignalVerdict[] {
  const verdicts: SignalVerdict[] = [];
  for (const [name, monitor] of Object.entries(target.monitors)) {
    const signal = name as SignalName;
    const action = policy.signals[signal]?.action ?? SIGNALS[signal].defaultAction;
    if (action === 'off' || monitor === undefined) continue;
    verdicts.push({ signal, action, ...judge(statisticsOf(monitor), target.thresholds[signal] ?? LEAST_THRESHOLD, action) });
  }
  return verdicts;
}

function judge(statistics: { alerting: number; switching: number }, threshold: number, action: 'switch' | 'alert'): Pick<SignalVerdict, 'verdict' | 'statistic' | 'threshold'> {
  if (action === 'switch' && statistics.switching >= threshold) return { verdict: 'degraded', statistic: statistics.switching, threshold };
  const statistic = Math.max(statistics.alerting, statistics.switching);
  const suspicious = Math.max(1e3, threshold / 1e3);
  return { verdict: statistic >= threshold ? 'alerting' : statistic >= suspicious ? 'suspect' : 'stable', statistic, threshold };
}

export function noteFinished(target: TargetState, atMs: number): void {
  const minute = Math.floor(atMs / 60_000);
  const last = target.finished.at(-1);
  if (last !== undefined && last[0] >= minute) last[1] += 1;
  else target.finished = [...target.finished.filter(([past]) => past > minute - PROVED_MINUTES), [minute, 1]];
}

export function finishedRecently(target: TargetState | undefined, nowMs: number): number {
  const oldest = Math.floor(nowMs / 60_000) - PROVED_MINUTES;
  return target?.finished.reduce((sum, [minute, calls]) => (minute > oldest ? sum + calls : sum), 0) ?? 0;
}

/** Cost that is merely different says nothing about whether a fallback can serve. */
export function healthOf(policy: RoutePolicy, target: TargetState | undefined, nowMs: number): TargetHealth {
  if (target === undefined) return 'unproven';
  const verdicts = verdictsOf(policy, target).filter((verdict) => SIGNALS[verdict.signal].family !== 'cost').map((verdict) => verdict.verdict);
  if (verdicts.includes('degraded')) return 'degraded';
  if (verdicts.includes('suspect') || verdicts.includes('alerting')) return 'suspect';
  return finishedRecently(target, nowMs) >= PROVED_CALLS ? 'healthy' : 'unproven';
}

/** The first fallback that may take over; an unproven one serves only when calls fail outright. */
export function eligibleFallback(state: DecideState, route: RouteState, fallbacks: readonly string[], signals: readonly SignalName[]): string | undefined {
  const policy = routePolicyOf(state.policy, route.route);
  const healths = fallbacks.map((id) => ({ id, health: healthOf(policy, route.targets[id], state.nowMs) }));
  const outright = signals.every((signal) => SIGNALS[signal].family === 'error');
  return (healths.find(({ health }) => health === 'healthy') ?? (outright ? healths.find(({ health }) => health === 'unproven') : undefined))?.id;
}
