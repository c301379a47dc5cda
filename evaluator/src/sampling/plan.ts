import type { Purpose } from '@understudy/contracts/attributes';
import type { Sampling } from '@understudy/contracts/evidence';
import type { JudgeRequest } from '@understudy/contracts/judge-request';
import type { TrafficView } from './traffic.ts';

/** How much a (route, target) is doubted: nothing speaks against it; something does; its probes have to prove that the judge finds it good again. */
export type Doubt = 'none' | 'suspicion' | 'proof';

/** Who asks for a plan. */
export interface SampledTarget {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly purpose: Purpose;
}

/** What is known before the calls that the plan is for: so the draws do not look at what they draw. */
export interface PlanInputs {
  /** Share of the calls that may be judged, 0 to 1. */
  readonly budget: number;
  /** Share of the calls so far that a heuristic flagged. */
  readonly flaggedShare: number;
  readonly doubt: Doubt;
  /** The hour had too few judgements, and too few calls for the plan to give them. */
  readonly belowFloor: boolean;
}

export interface SamplingPlan {
  readonly sampling: Sampling;
  readonly drawnFor: JudgeRequest['drawnFor'];
}

/** Below it the estimate Z = f + (ξ/π)(Y − f) has so heavy a tail that its test can bet almost nothing (detection.md §3, rule i). */
export const LEAST_PROBABILITY = 0.01;
const SUSPICION_FACTOR = 5;
const HOUR_MS = 3_600_000;
/** Before that nothing is known of how busy a target is. */
const LEAST_OBSERVED_MS = 60_000;

/**
 * With which probability calls are judged. Flagged calls come first, up to all of them; what they leave of the budget goes to the plain ones, which are never
 * left out: nobody would notice what the heuristics cannot see.
 *
 *     π(flagged) = min(1, (b − .01·(1 − φ)) / φ),  π(plain) = (b − φ·π(flagged)) / (1 − φ),  both at least .01
 *
 * In doubt both are five times as high; while the judge's signal has to be proved, and below the floor, every call is judged.
 */
export function samplingPlan({ budget, flaggedShare, doubt, belowFloor }: PlanInputs): SamplingPlan {
  if (doubt === 'proof') return { sampling: ALL, drawnFor: 'probe' };
  const drawnFor = doubt === 'suspicion' ? 'suspicion' : belowFloor ? 'floor' : 'sample';
  if (belowFloor) return { sampling: ALL, drawnFor };
  const factor = doubt === 'suspicion' ? SUSPICION_FACTOR : 1;
  const flagged = flaggedShare <= 0 ? 1 : Math.min(1, (budget - LEAST_PROBABILITY * (1 - flaggedShare)) / flaggedShare);
  const plain = flaggedShare >= 1 ? LEAST_PROBABILITY : Math.min(flagged, (budget - flaggedShare * flagged) / (1 - flaggedShare));
  return { sampling: { flagged: within(factor * flagged), plain: within(factor * plain) }, drawnFor };
}

/** Whether the last hour had too few judgements of a (route, target), and its traffic is too low for its share of the calls to give them. */
export function belowFloor(seen: Pick<TrafficView, 'calls' | 'draws' | 'observedMs'>, budget: number, floorPerHour: number): boolean {
  if (seen.draws >= floorPerHour || seen.observedMs < LEAST_OBSERVED_MS) return false;
  return ((seen.calls * HOUR_MS) / seen.observedMs) * budget < floorPerHour;
}

const ALL: Sampling = { flagged: 1, plain: 1 };

/** To two digits that matter: whoever keeps factors by probability keeps few. */
function within(probability: number): number {
  return Number(Math.max(LEAST_PROBABILITY, Math.min(1, probability)).toPrecision(2));
}
