import { z } from 'zod';
import { bufferOf } from './placed-records.ts';
import type { OutgoingRecord } from './protocol/encode-batch.ts';
import type { StoredRecord } from './protocol/record-batch.ts';
import { jsonBytes, ownerName, parseJson, type StateOwner } from './state-changelog.ts';

/** What stands at the end of a checkpoint. */
export interface CheckpointEnd {
  readonly nextOffset: number;
  /** When the last record that the state has read was appended, ms since 1970. */
  readonly readToMs: number;
}

export type CheckpointRecord =
  | { readonly kind: 'entry'; readonly owner: string; readonly key: string; readonly value: Uint8Array }
  | ({ readonly kind: 'end'; readonly owner: string } & CheckpointEnd);

const keySchema = z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string()])]);
const endSchema = z.object({ v: z.literal(1), nextOffset: z.number().int().nonnegative(), readToMs: z.number() });

/** The entries, and then the end: both are written in the transaction of the step whose state it is. */
export function checkpointRecords(owner: StateOwner, entries: ReadonlyMap<string, Uint8Array>, end: CheckpointEnd): OutgoingRecord[] {
  const name = ownerName(owner);
  const records = [...entries].map(([key, value]): OutgoingRecord => ({ key: jsonBytes([name, key]), value: bufferOf(value) }));
  return [...records, { key: jsonBytes([name]), value: jsonBytes({ v: 1, ...end }) }];
}

/** Undefined for what no log of this version has written. */
export function parseCheckpointRecord({ key, value }: StoredRecord): CheckpointRecord | undefined {
  const parsed = keySchema.safeParse(parseJson(key));
  if (!parsed.success || value === undefined) return undefined;
  const [owner, entryKey] = parsed.data;
  if (entryKey !== undefined) return { kind: 'entry', owner, key: entryKey, value: new Uint8Array(value) };
  const end = endSchema.safeParse(parseJson(value));
  return end.success ? { kind: 'end', owner, nextOffset: end.data.nextOffset, readToMs: end.data.readToMs } : undefined;
}
