import type { CheckpointStore } from './checkpoint-store.ts';
import type { CommittingStep } from './owned-partition.ts';
import type { ReaderStore } from './reader-store.ts';
import type { RecordStore } from './record-store.ts';
import type { PlacedRecord, RecordWriter } from './record-writer.ts';

interface Stores {
  readonly records: RecordStore;
  readonly readers: ReaderStore;
  readonly checkpoints: CheckpointStore;
}

/** Runs inside the committing transaction: all of the step, or nothing when another owner has the partition. */
export function commitStep(stores: Stores, writer: RecordWriter, commit: { step: CommittingStep; placed: readonly PlacedRecord[]; checkpointEveryMs: number }): 'committed' | 'fenced' {
  const { step } = commit;
  if (!stores.readers.advance(step.reader, step.nextOffset)) return 'fenced';
  writer.append(commit.placed);
  takeFirstCheckpoint(stores, writer, step);
  if (step.result.state !== undefined) stores.readers.changeState(step.reader.readerId, step.result.state);
  takeNextCheckpoint(stores, writer, step, commit.checkpointEveryMs);
  return 'committed';
}

/** The first state starts from nothing: that, too, is a state to fold from. */
function takeFirstCheckpoint(stores: Stores, writer: RecordWriter, step: CommittingStep): void {
  const { checkpoints } = stores;
  const { readerId } = step.reader;
  if (step.result.state === undefined || checkpoints.newest(readerId) !== undefined) return;
  checkpoints.take(readerId, { nextOffset: step.fromOffset, readToMs: readToMs(stores, writer, step, step.fromOffset), takenAtMs: writer.stampMs() });
}

function takeNextCheckpoint(stores: Stores, writer: RecordWriter, step: CommittingStep, everyMs: number): void {
  const { checkpoints } = stores;
  const { readerId } = step.reader;
  const newest = checkpoints.newest(readerId);
  if (newest === undefined || newest.nextOffset === step.nextOffset || writer.stampMs() - newest.takenAtMs < everyMs) return;
  checkpoints.take(readerId, { nextOffset: step.nextOffset, readToMs: readToMs(stores, writer, step, step.nextOffset), takenAtMs: writer.stampMs() });
}

function readToMs(stores: Stores, writer: RecordWriter, step: CommittingStep, offset: number): number {
  return stores.records.appendedAtMs(step.partitionId, offset - 1) ?? writer.stampMs();
}
