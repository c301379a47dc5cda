import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { ARCHIVE_GROUP, SCORE_GROUP } from '../roles/groups.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { sumUpMinutes } from './sum-up-minutes.ts';

const MINUTE_MS = 60_000;
/** However large it is: only its time is wanted. */
const ONE_RECORD = { maxRecords: 1, maxBytes: 1 };

/**
 * Sums up each minute of receive time once, after score and archive have passed its end, so that no row can come late. A run after a crash repeats the last
 * minutes under their key.
 */
export class WindowCloser {
  readonly #log: EventLog;
  readonly #store: AnalyticsStore;
  /** Minutes before `untilMs` are complete once archive has reached these offsets of `llm.calls`. */
  #pending: { untilMs: number; offsets: number[] } | undefined;
  #closedUntilMs: number | undefined;

  constructor(log: EventLog, store: AnalyticsStore) {
    this.#log = log;
    this.#store = store;
  }

  /** Returns the end of the last closed minute, ms. */
  async run(nowMs: number): Promise<number> {
    const closedUntilMs = this.#closedUntilMs ?? (await readClosedUntil(this.#store, nowMs));
    this.#closedUntilMs = closedUntilMs;
    this.#pending ??= await this.#nextMinutes(closedUntilMs, nowMs);
    if (this.#pending === undefined || !(await this.#isArchived(this.#pending.offsets))) return closedUntilMs;
    await sumUpMinutes(this.#store, closedUntilMs, this.#pending.untilMs);
    this.#closedUntilMs = this.#pending.untilMs;
    this.#pending = undefined;
    return this.#closedUntilMs;
  }

  /** Minutes that score has passed, with the offsets of `llm.calls` that hold their last rows. */
  async #nextMinutes(closedUntilMs: number, nowMs: number): Promise<{ untilMs: number; offsets: number[] } | undefined> {
    if (floorToMinute(nowMs) <= closedUntilMs) return undefined;
    const untilMs = floorToMinute(await this.#scoredUntil(nowMs));
    if (untilMs <= closedUntilMs) return undefined;
    const offsets = await this.#each(TOPICS.calls.name, async (partition) => (await this.#log.read(TOPICS.calls.name, partition, Number.MAX_SAFE_INTEGER, ONE_RECORD)).endOffset);
    return { untilMs, offsets };
  }

  /** Receive time of the oldest span that score has not read; now when there is none. */
  async #scoredUntil(nowMs: number): Promise<number> {
    const topic = TOPICS.spans.name;
    const times = await this.#each(topic, async (partition) => {
      const next = (await this.#log.readPosition(SCORE_GROUP, topic, partition)) ?? 0;
      return (await this.#log.read(topic, partition, next, ONE_RECORD)).records[0]?.appendedAtMs ?? nowMs;
    });
    return Math.min(nowMs, ...times);
  }

  async #isArchived(offsets: readonly number[]): Promise<boolean> {
    const reached = await this.#each(TOPICS.calls.name, async (partition) => ((await this.#log.readPosition(ARCHIVE_GROUP, TOPICS.calls.name, partition)) ?? 0) >= (offsets[partition] ?? 0));
    return reached.every(Boolean);
  }

  #each<Value>(topic: typeof TOPICS.calls.name | typeof TOPICS.spans.name, of: (partition: number) => Promise<Value>): Promise<Value[]> {
    return Promise.all(Array.from({ length: this.#log.partitionCount(topic) }, (_, partition) => of(partition)));
  }
}

function floorToMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

async function readClosedUntil(store: AnalyticsStore, nowMs: number): Promise<number> {
  const row = (await store.query<{ last: string; first: string }>(
    'SELECT (SELECT toUnixTimestamp(max(minute)) FROM windows) * 1000 AS last, (SELECT toUnixTimestamp64Milli(min(received_at)) FROM calls) AS first',
  ))[0];
  const last = Number(row?.last ?? 0);
  const first = Number(row?.first ?? 0);
  // The last minute is summed up again: its rows of all routes may not have been written together.
  return last > 0 ? last : Math.floor((first > 0 ? first : nowMs) / MINUTE_MS) * MINUTE_MS;
}
