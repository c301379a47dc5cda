import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import { desiredEntry } from './desired-entry.ts';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** After this long without an answer, or after a refusal, the leader is asked again. */
const ASK_AGAIN_MS = 10_000;

/** Proposes the entry that the route's state asks for, when it is not what was proposed last. */
export function reconcile(state: DecideState, route: RouteState, output: FoldOutput): void {
  const { effect, entry } = desiredEntry(state, route);
  const last = route.proposal;
  if (last === undefined && entry === undefined) return;
  const unchanged = last !== undefined && sameEntry(last.entry, entry);
  const waits = last !== undefined && last.answer !== 'published' && state.nowMs - last.atMs >= ASK_AGAIN_MS;
  if (unchanged && !waits) return;
  const proposalId = output.nextId('pro');
  route.proposal = { proposalId, entry, atMs: state.nowMs, answer: 'waiting', refusedReason: unchanged ? last.refusedReason : undefined };
  output.proposals.push({
    kind: 'route', v: 1, project: route.project, route: route.route, proposalId, atMs: state.nowMs, effect, ...(entry === undefined ? {} : { entry }),
  });
}

function sameEntry(one: SnapshotRoute | undefined, other: SnapshotRoute | undefined): boolean {
  return JSON.stringify(one?.targets) === JSON.stringify(other?.targets);
}
