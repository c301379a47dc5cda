import { routePolicyOf } from '@understudy/contracts/policy';
import { fromDegraded } from './degraded-phase.ts';
import { fallbacksOf } from './desired-entry.ts';
import type { FoldOutput } from './fold-output.ts';
import { noteRules } from './note-rules.ts';
import { fromOverridden, fromProbing } from './overridden-phase.ts';
import { fromInconclusive } from './inconclusive-phase.ts';
import { fromRecovering } from './recovering-phase.ts';
import type { DecideState, RouteState } from './route-state.ts';
import { fromServing, fromUnknown } from './serving-phase.ts';
import type { Situation } from './situation.ts';

/** Moves a route on as far as the evidence so far allows: one transition a call, so that each is recorded by itself. */
export function advanceRoute(state: DecideState, route: RouteState, output: FoldOutput): void {
  const policy = routePolicyOf(state.policy, route.route);
  const primary = route.primary === undefined ? undefined : route.targets[route.primary];
  if (primary === undefined) return;
  const situation: Situation = { state, route, policy, primary, fallbacks: fallbacksOf(policy, route), nowMs: state.nowMs, output };
  noteRules(situation);
  const phase = route.phase;
  switch (phase.name) {
    case 'unknown': fromUnknown(situation); break;
    case 'healthy':
    case 'suspect': fromServing(situation); break;
    case 'degraded':
    case 'exhausted': fromDegraded(situation, phase); break;
    case 'inconclusive': fromInconclusive(situation, phase); break;
    case 'overridden': fromOverridden(situation, phase); break;
    case 'probing': fromProbing(situation, phase); break;
    case 'recovering': fromRecovering(situation, phase); break;
  }
}
