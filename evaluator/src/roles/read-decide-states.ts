import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { decodeState } from '../policy/decide-state-entries.ts';
import type { DecideState, RouteState } from '../policy/route-state.ts';
import { DECIDE_GROUP } from './groups.ts';

/** The committed states of all decide partitions: what routes and incidents are now, without the analytics store. */
export async function readDecideStates(log: EventLog): Promise<DecideState[]> {
  const topic = TOPICS.evidence.name;
  const states = await Promise.all(Array.from({ length: log.partitionCount(topic) }, (_, partition) => log.readState(DECIDE_GROUP, topic, partition)));
  return states.flatMap((stored) => (stored === undefined ? [] : [decodeState(stored.entries)]));
}

export async function readRoutes(log: EventLog): Promise<{ state: DecideState; route: RouteState }[]> {
  return (await readDecideStates(log)).flatMap((state) => Object.values(state.routes).map((route) => ({ state, route })));
}
