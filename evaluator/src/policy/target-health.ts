import { type RoutePolicy, routePolicyOf } from '@understudy/contracts/policy';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { isOff, statisticsOf } from '../detectors/signal-monitor.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/** Threshold of a stream before the leader has computed its own (design §5: at least 1e5). */
export const LEAST_THRESHOLD = 1e5;
const PROVED_CALLS = 20;
const PROVED_MINUTES = 15;

export interface SignalVerdict {
  readonly signal: SignalName;
  /**
   * alerting: the shift is proved against the alerting null. degraded: against the switching null, and the signal may switch.
   * off: what is usual is so close to always that no test has room.
   */
  readonly verdict: 'off' | 'stable' | 'suspect' | 'alerting' | 'degraded';
  readonly action: 'switch' | 'alert';
  /** The statistic that decided the verdict, and what it is held against. */
  readonly statistic: number;
  readonly threshold: number;
  /** The plain rule that is broken, where no test but a rule of the policy speaks. */
  readonly rule?: string;
}

export type TargetHealth = 'unproven' | 'healthy' | 'suspect' | 'degraded';

/** Suspicion costs only a little probing or judging: a thousandth of what an override needs, and never less than 1e3. */
export function suspicionThreshold(threshold: number): number {
  return Math.max(1e3, threshold / 1e3);
}

export function thresholdOf(target: TargetState, signal: SignalName): number {
  return Math.max(LEAST_THRESHOLD, target.thresholds[signal] ?? LEAST_THRESHOLD);
}

export function actionOf(policy: RoutePolicy, signal: SignalName): 'switch' | 'alert' | 'off' {
  return policy.signals[signal]?.action ?? signalDefinition(signal).defaultAction;
}

/** The verdict of every monitored signal of a target, and of every rule of the policy that it breaks. */
export function verdictsOf(policy: RoutePolicy, target: TargetState): SignalVerdict[] {
  const verdicts: SignalVerdict[] = [];
  for (const [name, monitor] of Object.entries(target.monitors)) {
    const signal = name as SignalName;
    const action = actionOf(policy, signal);
    if (action === 'off' || monitor === undefined) continue;
    const judged = judge(statisticsOf(monitor), thresholdOf(target, signal), action);
    verdicts.push({ signal, action, ...judged, verdict: isOff(monitor) ? 'off' : judged.verdict });
  }
  for (const [rule, { signal, action, observed, limit }] of Object.entries(target.broken)) {
    verdicts.push({ signal, action, verdict: action === 'switch' ? 'degraded' : 'alerting', statistic: observed, threshold: limit, rule });
  }
  return verdicts;
}

/** Each verdict that opens an incident rests on one test alone, so that its bound on false alarms is that of the test. */
function judge({ alerting, switching }: { alerting: number; switching: number }, threshold: number, action: 'switch' | 'alert'): Pick<SignalVerdict, 'verdict' | 'statistic' | 'threshold'> {
  if (action === 'switch' && switching >= threshold) return { verdict: 'degraded', statistic: switching, threshold };
  if (alerting >= threshold) return { verdict: 'alerting', statistic: alerting, threshold };
  const statistic = Math.max(alerting, switching);
  return { verdict: statistic >= suspicionThreshold(threshold) ? 'suspect' : 'stable', statistic, threshold };
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

/**
 * Whether a target can be trusted with traffic. Only what would make it worth leaving counts (the switching nulls of signals that may switch): a fallback
 * that is a little slower than it was, or dearer, is still a fallback. What the judge alone says keeps a target from being proved, and no more: where calls fail
 * outright it may still take over, and nobody leaves it for that.
 */
export function healthOf(policy: RoutePolicy, target: TargetState | undefined, nowMs: number): TargetHealth {
  if (target === undefined) return 'unproven';
  let byJudge = 0, byOthers = 0;
  for (const [name, monitor] of Object.entries(target.monitors)) {
    const signal = name as SignalName;
    if (monitor === undefined || actionOf(policy, signal) !== 'switch') continue;
    const level = levelOf(statisticsOf(monitor).switching, thresholdOf(target, signal));
    if (signal === 'judge' && !policy.judge.alone) byJudge = level;
    else byOthers = Math.max(byOthers, level);
  }
  if (byOthers > STABLE) return Math.max(byOthers, byJudge) === DEGRADED ? 'degraded' : 'suspect';
  return isProvedByCalls(target, nowMs) && byJudge === STABLE ? 'healthy' : 'unproven';
}

const STABLE = 0, SUSPECT = 1, DEGRADED = 2;

function levelOf(statistic: number, threshold: number): number {
  if (statistic >= threshold) return DEGRADED;
  return statistic >= suspicionThreshold(threshold) ? SUSPECT : STABLE;
}

export function isProvedByCalls(target: TargetState | undefined, nowMs: number): boolean {
  return finishedRecently(target, nowMs) >= PROVED_CALLS;
}

/** The first fallback that may take over; `orUnproven`: one that nothing is known about will do when none is proved. */
export function eligibleFallback(state: DecideState, route: RouteState, fallbacks: readonly string[], orUnproven: boolean): string | undefined {
  const policy = routePolicyOf(state.policy, route.route);
  const healths = fallbacks.map((id) => ({ id, health: healthOf(policy, route.targets[id], state.nowMs) }));
  return (healths.find(({ health }) => health === 'healthy') ?? (orUnproven ? healths.find(({ health }) => health === 'unproven') : undefined))?.id;
}

export function strongest(verdicts: readonly SignalVerdict[]): SignalVerdict | undefined {
  return verdicts.toSorted((one, other) => other.statistic / other.threshold - one.statistic / one.threshold)[0];
}
