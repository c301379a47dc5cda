import { type OverrideRecord, overrideRecordSchema } from '@understudy/contracts/snapshot';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { parseJson } from '../roles/record-json.ts';

/** The newest published snapshot, kept up to date from `llm.overrides`; an older (epoch, version) never replaces a newer one. */
export interface OverrideFeed {
  newest(): OverrideRecord | undefined;
  subscribe(listener: (record: OverrideRecord) => void): () => void;
  stop(): Promise<void>;
}

const IDLE_MS = 1_000;
/** What was published before is over: a lease lasts a minute, and the clocks of the log and of this process may differ. */
const LOOK_BACK_MS = 15 * 60_000;

export function followOverrides(log: EventLog, now: () => number, say: (text: string) => void): OverrideFeed {
  const listeners = new Set<(record: OverrideRecord) => void>();
  let newest: OverrideRecord | undefined;
  let stopped = false;
  let wake: () => void = () => undefined;
  const unsubscribe = log.onAppend(TOPICS.overrides.name, () => wake());

  function take(value: Uint8Array): void {
    const record = overrideRecordSchema.safeParse(parseJson(value));
    if (!record.success || !isNewer(record.data, newest)) return;
    newest = record.data;
    for (const listener of listeners) listener(record.data);
  }

  let offset: number | undefined;
  async function takeNew(): Promise<boolean> {
    try {
      offset ??= await log.offsetAt(TOPICS.overrides.name, 0, now() - LOOK_BACK_MS);
      const { records } = await log.read(TOPICS.overrides.name, 0, offset, { maxRecords: 1_000 });
      for (const record of records) take(record.value);
      offset = (records.at(-1)?.offset ?? offset - 1) + 1;
      return records.length > 0;
    } catch (error) {
      say(`cannot read the overrides: ${error instanceof Error ? error.message : String(error)}; trying again`);
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const appended = new Promise<void>((resolve) => { wake = resolve; });
      if (await takeNew()) continue;
      await Promise.race([appended, new Promise<void>((resolve) => { setTimeout(resolve, IDLE_MS).unref(); })]);
    }
  }

  const done = run();
  return {
    newest: () => newest,
    subscribe(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    async stop() {
      stopped = true;
      unsubscribe();
      wake();
      await done;
    },
  };
}

function isNewer(record: OverrideRecord, than: OverrideRecord | undefined): boolean {
  return than === undefined || record.epoch > than.epoch || (record.epoch === than.epoch && record.version > than.version);
}
