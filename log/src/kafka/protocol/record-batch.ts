import { UnderstudyError } from '@understudy/contracts/problem';
import { undecodableBatchOf } from '../codecs/undecodable-batch.ts';
import { lookupCodec } from '../kafkajs-internals.ts';
import { ByteReader } from './byte-reader.ts';

/** A record as a broker has it. Key and value are views of the answer they came in. */
export interface StoredRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | undefined;
  /** Undefined: a tombstone. */
  readonly value: Buffer | undefined;
}

/** The smallest unit that is written and fetched, https://kafka.apache.org/documentation/#recordbatch */
export interface RecordBatch {
  readonly baseOffset: number;
  /** Compaction may have removed the last records, or all; the batch still covers their offsets. */
  readonly lastOffset: number;
  readonly producerId: number;
  readonly isTransactional: boolean;
  /** Holds no records but the end of a transaction. */
  readonly endsTransaction: 'committed' | 'aborted' | undefined;
  readonly records: readonly StoredRecord[];
}

const LENGTH_OFFSET = 8;
const HEADER_AFTER_LENGTH = 12;
const MAGIC = 2;
const ATTRIBUTE = { codec: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const;
/** Type of a control record: 0 abort, 1 commit. */
const COMMIT = 1;

/** All whole batches of a fetched record set; its end may be cut off. */
export async function decodeBatches(recordSet: Buffer): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  let position = 0;
  while (position + HEADER_AFTER_LENGTH <= recordSet.length) {
    const end = position + HEADER_AFTER_LENGTH + recordSet.readInt32BE(position + LENGTH_OFFSET);
    if (end > recordSet.length) break;
    batches.push(await decodeBatch(new ByteReader(recordSet.subarray(position, end))));
    position = end;
  }
  return batches;
}

interface BatchHeader {
  readonly baseOffset: number;
  readonly attributes: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
}

async function decodeBatch(reader: ByteReader): Promise<RecordBatch> {
  const baseOffset = reader.int64();
  reader.skip(8);
  const magic = reader.int8();
  if (magic !== MAGIC) throw oldFormat(magic);
  // The checksum: the broker has verified it, and the transport has its own.
  reader.skip(4);
  const attributes = reader.int16();
  const lastOffset = baseOffset + reader.int32();
  const header: BatchHeader = { baseOffset, attributes, baseTimestampMs: reader.int64(), maxTimestampMs: reader.int64() };
  const producerId = reader.int64();
  reader.skip(6);
  const records = await readRecords(reader, header, lastOffset);
  const isControl = (attributes & ATTRIBUTE.control) !== 0;
  return {
    baseOffset,
    lastOffset,
    producerId,
    isTransactional: (attributes & ATTRIBUTE.transactional) !== 0,
    endsTransaction: isControl ? transactionEnd(records[0]) : undefined,
    records: isControl ? [] : records,
  };
}

/** The reader stands at the number of records. */
async function readRecords(reader: ByteReader, header: BatchHeader, lastOffset: number): Promise<StoredRecord[]> {
  const count = reader.int32();
  const codec = (header.attributes & ATTRIBUTE.codec) === 0 ? null : lookupCodec(header.attributes);
  if (codec === null) return decodeRecords(reader, count, header);
  const compressed = reader.buffer.subarray(reader.position);
  try {
    return decodeRecords(new ByteReader(await codec.decompress(compressed)), count, header);
  } catch (error) {
    if (undecodableBatchOf(error) === undefined && !(error instanceof RangeError)) throw error;
    // Another producer's, and broken for good: one record with the bytes as they came, which whoever reads sets aside like any other that it cannot read.
    return [{ offset: lastOffset, timestampMs: header.maxTimestampMs, key: undefined, value: compressed }];
  }
}

function decodeRecords(reader: ByteReader, count: number, header: BatchHeader): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    records.push(decodeRecord(reader, header));
    // Headers are not read.
    reader.position = end;
  }
  return records;
}

function decodeRecord(reader: ByteReader, header: BatchHeader): StoredRecord {
  reader.skip(1);
  const timestampDelta = reader.varint();
  const offset = header.baseOffset + reader.varint();
  // With the broker's time, all records of a batch have the batch's; their own deltas are the producer's.
  const timestampMs = (header.attributes & ATTRIBUTE.logAppendTime) === 0 ? header.baseTimestampMs + timestampDelta : header.maxTimestampMs;
  return { offset, timestampMs, key: nullableBytes(reader), value: nullableBytes(reader) };
}

function nullableBytes(reader: ByteReader): Buffer | undefined {
  const length = reader.varint();
  return length < 0 ? undefined : reader.bytes(length);
}

function transactionEnd(marker: StoredRecord | undefined): 'committed' | 'aborted' {
  return marker?.key?.readInt16BE(2) === COMMIT ? 'committed' : 'aborted';
}

function oldFormat(magic: number): UnderstudyError {
  return new UnderstudyError({ code: 'LOG_FORMAT', message: `A topic holds records in the old format ${magic}, from before Kafka 0.11.`, fix: 'Copy the topic with a current producer, or create it anew.' });
}
