import { desiredEntry, sameEntry } from './desired-entry.ts';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** After this long without an answer, or after a refusal, the leader is asked again. */
const ASK_AGAIN_MS = 10_000;

/** Proposes the entry that the route's state asks for, when it is not what was proposed last. While frozen only what a person ordered. */
export function reconcile(state: DecideState, route: RouteState, output: FoldOutput): void {
  const { effect, entry } = desiredEntry(state, route);
  const last = route.proposal;
  if (last === undefined && entry === undefined) return;
  if (state.frozen !== undefined && effect !== 'pin') return;
  // An override that waits for the leader stays one, also when the entry was published for another reason before (a pin on the same target).
  const unchanged = last !== undefined && sameEntry(last.entry, entry) && !(effect === 'override' && last.effect !== 'override');
  const waits = last !== undefined && last.answer !== 'published' && state.nowMs - last.atMs >= ASK_AGAIN_MS;
  if (unchanged && !waits) return;
  const proposalId = output.nextId('pro');
  route.proposal = { proposalId, effect, entry, atMs: state.nowMs, answer: 'waiting', refusedReason: unchanged ? last.refusedReason : undefined, version: undefined };
  output.touch(route);
  output.proposals.push({
    kind: 'route', v: 1, project: route.project, route: route.route, proposalId, atMs: state.nowMs, effect, ...(entry === undefined ? {} : { entry }),
  });
}
