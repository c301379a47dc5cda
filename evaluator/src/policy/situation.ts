import type { RoutePolicy } from '@understudy/contracts/policy';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/** All that a transition of a route may look at. */
export interface Situation {
  readonly state: DecideState;
  readonly route: RouteState;
  readonly policy: RoutePolicy;
  readonly primary: TargetState;
  readonly fallbacks: readonly string[];
  readonly nowMs: number;
  readonly output: FoldOutput;
}
