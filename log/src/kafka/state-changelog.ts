import { z } from 'zod';
import type { OutgoingRecord } from './protocol/encode-batch.ts';
import type { StoredRecord } from './protocol/record-batch.ts';
import { bufferOf } from './placed-records.ts';

/** Whose state it is: a consumer group on one partition of a topic. */
export interface StateOwner {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** What one record of the changelog says. */
export type StateRecord =
  | { readonly kind: 'entry'; readonly owner: StateOwner; readonly key: string; readonly value: Buffer | undefined }
  /** The last record of a transaction: only with it the entries before it count. */
  | { readonly kind: 'position'; readonly owner: StateOwner; readonly nextOffset: number; readonly checkpointAtMs: number | undefined };

const ownerShape = [z.string(), z.string(), z.number().int().nonnegative()] as const;
const keySchema = z.union([z.tuple([...ownerShape, z.string()]), z.tuple([...ownerShape])]);
const positionSchema = z.object({ v: z.literal(1), nextOffset: z.number().int().nonnegative(), checkpointAtMs: z.number().optional() });

export function ownerName({ group, topic, partition }: StateOwner): string {
  return `${group}/${topic}/${partition}`;
}

/** JSON, since it writes halves of surrogate pairs and NUL so that they come back. */
export function entryRecord(owner: StateOwner, key: string, value: Uint8Array | undefined): OutgoingRecord {
  return { key: jsonBytes([...ownerKey(owner), key]), value: value === undefined ? undefined : bufferOf(value) };
}

/** `checkpointAtMs`: when the state was last copied, so that the next owner knows when it is due. */
export function positionRecord(owner: StateOwner, nextOffset: number, checkpointAtMs: number | undefined): OutgoingRecord {
  return { key: jsonBytes(ownerKey(owner)), value: jsonBytes({ v: 1, nextOffset, checkpointAtMs }) };
}

/** Undefined for what no log of this version has written. */
export function parseStateRecord({ key, value }: StoredRecord): StateRecord | undefined {
  const parsed = keySchema.safeParse(parseJson(key));
  if (!parsed.success) return undefined;
  const [group, topic, partition, entryKey] = parsed.data;
  const owner = { group, topic, partition };
  if (entryKey !== undefined) return { kind: 'entry', owner, key: entryKey, value };
  const position = positionSchema.safeParse(parseJson(value));
  return position.success ? { kind: 'position', owner, nextOffset: position.data.nextOffset, checkpointAtMs: position.data.checkpointAtMs } : undefined;
}

function ownerKey({ group, topic, partition }: StateOwner): [string, string, number] {
  return [group, topic, partition];
}

export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

export function parseJson(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
