import { setTimeout as pause } from 'node:timers/promises';
import { OwnerState } from './owner-state.ts';
import type { PartitionReader } from './partition-reader.ts';
import { explainProblem, unavailable } from './problems.ts';
import { ownerName, parseStateRecord, type StateRecord } from './state-changelog.ts';
import { TRANSACTION_TIMEOUT_MS } from './transactional-producer.ts';

export interface StateChangelogFollower {
  readonly owners: ReadonlyMap<string, OwnerState>;
  /** Reads what was written up to this call; with `complete` also what is not decided yet, once it is. */
  catchUp(complete: boolean): Promise<void>;
}

const FETCH_BYTES = 8 * 1024 * 1024;
/** The broker ends every transaction in this time, and looks for late ones every 10 s (`transaction.abort.timed.out.transaction.cleanup.interval.ms`). */
const DECIDED_WITHIN_MS = TRANSACTION_TIMEOUT_MS + 12_000;
const LOOK_AGAIN_MS = 10;

export function followChangelog(reader: PartitionReader, topic: string, partition: number): StateChangelogFollower {
  const owners = new Map<string, OwnerState>();
  let nextOffset = 0;
  let reading: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  async function readToTheEnd(): Promise<void> {
    for (;;) {
      const fetched = await reader.fetch(topic, partition, nextOffset, FETCH_BYTES);
      for (const record of fetched.records) apply(owners, parseStateRecord(record), record.offset);
      const isEnd = fetched.nextOffset >= fetched.lastStableOffset || fetched.nextOffset === nextOffset;
      nextOffset = fetched.nextOffset;
      if (isEnd) return;
    }
  }

  /** One reading at a time; who comes meanwhile shares the next one. */
  function readNow(): Promise<void> {
    waiting ??= reading.catch(() => undefined).then(() => {
      reading = readToTheEnd();
      waiting = undefined;
      return reading;
    });
    return waiting;
  }

  async function waitUntilDecided(): Promise<void> {
    const { highWatermark } = await reader.fetch(topic, partition, nextOffset, 1);
    const giveUpAtMs = performance.now() + DECIDED_WITHIN_MS;
    while (nextOffset < highWatermark) {
      if (performance.now() > giveUpAtMs) throw unavailable('reading a state', new Error(`a transaction holds ${topic}/${partition} up at ${nextOffset}`));
      await pause(LOOK_AGAIN_MS);
      await readNow();
    }
  }

  return {
    owners,
    async catchUp(complete) {
      try {
        await readNow();
        if (complete) await waitUntilDecided();
      } catch (error) {
        throw explainProblem(error, 'reading a state');
      }
    },
  };
}

function apply(owners: Map<string, OwnerState>, record: StateRecord | undefined, offset: number): void {
  if (record === undefined) return;
  const name = ownerName(record.owner);
  const state = owners.get(name) ?? new OwnerState();
  owners.set(name, state);
  if (record.kind === 'position') state.commit(record.nextOffset);
  // A copy: the value is a view of a whole answer, which would stay in memory with it.
  else state.stage(record.key, record.value === undefined ? undefined : new Uint8Array(record.value), offset);
}
