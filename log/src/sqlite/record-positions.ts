/** 2^40 offsets a partition; with numbers exact up to 2^53 there is room for 8,191 partitions. */
const OFFSETS_PER_PARTITION = 2 ** 40;

export function positionOf(partitionId: number, offset: number): number {
  return partitionId * OFFSETS_PER_PARTITION + offset;
}

export function offsetOf(position: number): number {
  return position % OFFSETS_PER_PARTITION;
}
