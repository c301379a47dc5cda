import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { type DecideState, decideStateFromJson, type RouteState } from '../policy/route-state.ts';
import { DECIDE_GROUP } from '../roles/groups.ts';

/** The committed states of all decide partitions: what routes and incidents are now, without the analytics store. */
export async function readDecideStates(log: EventLog): Promise<DecideState[]> {
  const states = await Promise.all(Array.from({ length: log.partitionCount(TOPICS.evidence.name) }, (_, partition) => log.readState(DECIDE_GROUP, TOPICS.evidence.name, partition)));
  return states.flatMap((stored) => (stored === undefined ? [] : [decideStateFromJson(Buffer.from(stored.state).toString('utf8'))]));
}

export async function readRoutes(log: EventLog): Promise<{ state: DecideState; route: RouteState }[]> {
  return (await readDecideStates(log)).flatMap((state) => Object.values(state.routes).map((route) => ({ state, route })));
}
