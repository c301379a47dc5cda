import { CHECKPOINT_LEAD_MS } from '../event-log.ts';
import type { Checkpoint } from './checkpoint-store.ts';

/** Of checkpoints that are `age` old, one every `age / 8` is enough: their distance is what the retention keeps too much at most. */
const SPACING_SHARE_OF_AGE = 1 / 8;

/**
 * Which checkpoints (oldest first) may go when the records from before `cutoffMs` may. The newest one that needs no record from after the cutoff becomes
 * the oldest kept one; of the later ones enough stay that the cutoff can follow. The newest always stays.
 */
export function checkpointsToDrop(checkpoints: readonly Checkpoint[], cutoffMs: number, nowMs: number): Checkpoint[] {
  const oldestKept = Math.max(0, checkpoints.findLastIndex((checkpoint) => leadStartMs(checkpoint) <= cutoffMs));
  const dropped = checkpoints.slice(0, oldestKept);
  let previous = checkpoints[oldestKept];
  for (let index = oldestKept + 1; index < checkpoints.length - 1; index++) {
    const candidate = checkpoints[index];
    const next = checkpoints[index + 1];
    if (candidate === undefined || next === undefined || previous === undefined) break;
    const spacingMs = (nowMs - next.takenAtMs) * SPACING_SHARE_OF_AGE;
    if (next.takenAtMs - previous.takenAtMs <= spacingMs) dropped.push(candidate);
    else previous = candidate;
  }
  return dropped;
}

/** A fold from the checkpoint needs the records from here on. */
export function leadStartMs(checkpoint: Pick<Checkpoint, 'readToMs'>): number {
  return checkpoint.readToMs - CHECKPOINT_LEAD_MS;
}
