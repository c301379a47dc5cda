import type { Evidence } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** The leader's answer to the newest proposal of a route; an answer to an older one says nothing any more. What follows from it, the phases decide. */
export function onAnswer(state: DecideState, answer: Extract<Evidence, { kind: 'published' | 'refused' }>, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(answer.project, answer.route)];
  const proposal = route?.proposal;
  if (route === undefined || proposal?.proposalId !== answer.proposalId) return undefined;
  output.touch(route);
  if (answer.kind === 'published') {
    proposal.answer = 'published';
    proposal.version = `${answer.epoch}.${answer.version}`;
    return route;
  }
  const first = proposal.refusedReason !== answer.reason;
  proposal.answer = 'refused';
  proposal.refusedReason = answer.reason;
  if (first) output.decide(route, route.phase.name, 'proposal-refused', `not published: ${answer.reason}; asking again every 10 s`, answer.atMs, { target: proposal.entry?.targets[0]?.id });
  return route;
}
