import { durationMs } from '@understudy/contracts/duration';
import { unitHash } from '@understudy/contracts/hash32';
import type { RoutePolicy } from '@understudy/contracts/policy';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import type { RouteState } from './route-state.ts';

/** Failures that show at once may be probed sooner: 30 s · k, up to 5 min, unless the policy asks for less. */
const HARD_BASE_MS = 30_000;
const HARD_CAP_MS = 300_000;
const JITTER = 0.2;

/** Whether all that is wrong are calls that fail outright. */
export function isHard(signals: readonly SignalName[]): boolean {
  return signals.length > 0 && signals.every((signal) => signalDefinition(signal).family === 'error');
}

/** Whether calls fail outright, whatever else is wrong: then the fallback takes over at once, without a ramp. */
export function leavesNoChoice(signals: readonly SignalName[]): boolean {
  return signals.some((signal) => signalDefinition(signal).family === 'error');
}

/**
 * How long the fallback stays before the primary is probed: base · 2^(k − 1) up to the cap, k the cycles so far; ± 20 % so that routes do not
 * come back together. The jitter derives from the route and the offset of the evidence: a replay waits as long.
 */
export function holdDownMs(policy: RoutePolicy, route: RouteState, signals: readonly SignalName[], offset: number): number {
  const base = durationMs(policy.holdDown.base) ?? HARD_BASE_MS;
  const cap = durationMs(policy.holdDown.cap) ?? base;
  const cycle = Math.max(1, route.cycles);
  const plain = isHard(signals)
    ? Math.min(cap, HARD_CAP_MS, Math.min(base, HARD_BASE_MS) * cycle)
    : Math.min(cap, base * 2 ** Math.min(40, cycle - 1));
  return Math.round(plain * (1 + JITTER * (2 * unitHash(`${route.project}/${route.route}/${offset}`) - 1)));
}

