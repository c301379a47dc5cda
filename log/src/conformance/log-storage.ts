import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import { afterEach, beforeEach, expect } from 'vitest';
import type { EventLog, LogRecord, NewRecord, PartitionOwnership, StepHandler, StepOutcome } from '../event-log.ts';

/** An empty place for a log, as the conformance suite needs it from every implementation. */
export interface LogStorage {
  /** Opens the log, also a second time beside the first, as another process would. */
  open(): Promise<EventLog>;
  /** Sets the log's clock forward; undefined when the implementation's clock cannot be set: then only what needs no time is checked. */
  advance?(ms: number): void;
  /** How a process of its own opens the same log: a module that exports `openEventLog(argument)`. */
  readonly child: { readonly module: string; readonly argument: string };
  /** Closes what is open and deletes everything. */
  destroy(): Promise<void>;
}

export type CreateStorage = () => Promise<LogStorage>;

/** What a test has in its hands, anew for each one. */
export interface LogFixture {
  storage: LogStorage;
  log: EventLog;
}

/** Creates before each test of the suite that calls it, and deletes after. */
export function useLog(create: CreateStorage): LogFixture {
  const fixture = {} as LogFixture;
  beforeEach(async () => {
    fixture.storage = await create();
    fixture.log = await fixture.storage.open();
  });
  afterEach(() => fixture.storage.destroy());
  return fixture;
}

export const SPANS = TOPICS.spans.name;
export const CALLS = TOPICS.calls.name;
export const EVIDENCE = TOPICS.evidence.name;
export const PROPOSALS = TOPICS.proposals.name;

export function bytes(text: string | number): Uint8Array {
  return new TextEncoder().encode(String(text));
}

export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

export function texts(records: readonly LogRecord[]): string[] {
  return records.map((record) => text(record.value));
}

/** A record of the one partition of `llm.proposals`, where order is plain to see. */
export function proposal(value: string | number): NewRecord {
  return { topic: PROPOSALS, value: bytes(value) };
}

export async function appendAll(log: EventLog, records: readonly NewRecord[]): Promise<readonly number[]> {
  const outcome = await log.append(records);
  if (outcome.kind === 'full') throw new Error(outcome.reason);
  return outcome.offsets;
}

/** Everything that is kept of a partition, read in several pages. */
export async function readAll(log: EventLog, topic: TopicName, partition: number, fromOffset = 0): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  let from = fromOffset;
  for (;;) {
    const { records } = await log.read(topic, partition, from, { maxRecords: 100 });
    const last = records.at(-1);
    if (last === undefined) return all;
    all.push(...records);
    from = last.offset + 1;
  }
}

export async function readTopic(log: EventLog, topic: TopicName): Promise<LogRecord[]> {
  const partitions = Array.from({ length: log.partitionCount(topic) }, (_, partition) => readAll(log, topic, partition));
  return (await Promise.all(partitions)).flat();
}

/** Steps until nothing is left. */
export async function stepToTheEnd(ownership: PartitionOwnership, handler: StepHandler, maxRecords = 100): Promise<StepOutcome> {
  for (;;) {
    const outcome = await ownership.step(handler, { maxRecords });
    if (outcome.kind !== 'committed') return outcome;
  }
}

/** Some logs count the end of a transaction like a record, at most one a record and partition. */
export async function expectLag(log: EventLog, group: string, topic: TopicName, unread: number): Promise<void> {
  const lag = await log.lag(group, topic);
  expect(lag, `lag of ${unread} unread records`).toBeGreaterThanOrEqual(unread);
  expect(lag, `lag of ${unread} unread records`).toBeLessThanOrEqual(unread * 2);
}
