import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { applyEntries, decodeState } from '../policy/decide-state-entries.ts';
import type { DecideState, RouteState } from '../policy/route-state.ts';
import { DECIDE_GROUP } from './groups.ts';

export interface RouteInState {
  readonly state: DecideState;
  readonly route: RouteState;
}

interface Followed {
  readonly version: number;
  readonly state: DecideState;
}

/**
 * The committed states of all decide partitions: what routes and incidents are now, without the analytics store. They are kept decoded, and only what was written
 * since is read again: the work follows the calls, not the number of routes. Who reads must not change them.
 */
export class DecideStates {
  readonly #log: Pick<EventLog, 'partitionCount' | 'readStateChanges'>;
  readonly #followed = new Map<number, Followed>();

  constructor(log: Pick<EventLog, 'partitionCount' | 'readStateChanges'>) {
    this.#log = log;
  }

  async read(): Promise<DecideState[]> {
    const states = await Promise.all(Array.from({ length: this.#log.partitionCount(TOPICS.evidence.name) }, (_, partition) => this.#readPartition(partition)));
    return states.filter((state) => state !== undefined);
  }

  async routes(): Promise<RouteInState[]> {
    return (await this.read()).flatMap((state) => Object.values(state.routes).map((route) => ({ state, route })));
  }

  async #readPartition(partition: number): Promise<DecideState | undefined> {
    const changes = await this.#log.readStateChanges(DECIDE_GROUP, TOPICS.evidence.name, partition, this.#followed.get(partition)?.version);
    const followed = this.#followed.get(partition);
    // Another reading may have come back first, with as much or more.
    if (changes === undefined || (followed !== undefined && !changes.whole && changes.version <= followed.version)) return followed?.state;
    if (followed !== undefined && !changes.whole) applyEntries(followed.state, changes.entries);
    const state = changes.whole || followed === undefined ? decodeState(changes.entries) : followed.state;
    this.#followed.set(partition, { version: changes.version, state });
    return state;
  }
}
