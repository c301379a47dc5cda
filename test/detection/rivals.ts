/** A detector that learns what is usual from the stream itself; true when it alarms. */
export interface Rival {
  step(value: number): boolean;
}

/** Page–Hinkley for increases: the running mean is the reference; `delta` is the shift that is tolerated, `limit` the threshold. */
export function pageHinkley(delta: number, limit: number): Rival {
  let count = 0;
  let mean = 0;
  let sum = 0;
  return {
    step(value) {
      count += 1;
      mean += (value - mean) / count;
      sum = Math.max(0, sum + value - mean - delta);
      return count >= 30 && sum > limit;
    },
  };
}

interface Bucket {
  readonly count: number;
  readonly total: number;
  /** Sum of squared deviations from the bucket's mean. */
  readonly spread: number;
}

const BUCKETS_A_ROW = 5;
const CLOCK = 32;
const LEAST_SIDE = 5;
const GRACE = 10;

/**
 * ADWIN (Bifet, Gavaldà 2007) as common libraries run it: an exponential histogram of the window, looked at every 32 values; alarms when two parts of it
 * differ by more than the bound at `delta`, and drops the older part.
 */
export function adwin(delta: number): Rival {
  // rows[i] holds buckets of 2^i values, the newest first.
  const rows: Bucket[][] = [[]];
  let seen = 0;
  return {
    step(value) {
      seen += 1;
      insert(rows, { count: 1, total: value, spread: 0 });
      if (seen % CLOCK !== 0) return false;
      return shrink(rows, delta);
    },
  };
}

function insert(rows: Bucket[][], bucket: Bucket): void {
  rows[0]?.unshift(bucket);
  for (let row = 0; row < rows.length; row++) {
    const buckets = rows[row] as Bucket[];
    if (buckets.length <= BUCKETS_A_ROW) return;
    const older = buckets.pop() as Bucket;
    const newer = buckets.pop() as Bucket;
    if (rows[row + 1] === undefined) rows.push([]);
    rows[row + 1]?.unshift(merged(older, newer));
  }
}

function merged(one: Bucket, other: Bucket): Bucket {
  const count = one.count + other.count;
  const difference = one.total / one.count - other.total / other.count;
  return { count, total: one.total + other.total, spread: one.spread + other.spread + (difference ** 2 * one.count * other.count) / count };
}

/** Drops oldest buckets as long as some cut shows a difference, and says whether one did. */
function shrink(rows: Bucket[][], delta: number): boolean {
  let changed = false;
  while (findCut(rows, delta)) {
    changed = true;
    while (rows.at(-1)?.length === 0) rows.pop();
    rows.at(-1)?.pop();
    if (rows.at(-1)?.length === 0 && rows.length > 1) rows.pop();
  }
  return changed;
}

function findCut(rows: Bucket[][], delta: number): boolean {
  const oldestFirst = rows.toReversed().flatMap((row) => row.toReversed());
  if (oldestFirst.length < 2) return false;
  const whole = oldestFirst.reduce(merged);
  if (whole.count <= GRACE) return false;
  const variance = whole.spread / whole.count;
  const logarithm = Math.log((2 * Math.log(whole.count)) / delta);
  let count = 0;
  let total = 0;
  for (const bucket of oldestFirst.slice(0, -1)) {
    count += bucket.count;
    total += bucket.total;
    const rest = whole.count - count;
    if (count < LEAST_SIDE || rest < LEAST_SIDE) continue;
    const inverse = 1 / (count - LEAST_SIDE + 1) + 1 / (rest - LEAST_SIDE + 1);
    const bound = Math.sqrt(2 * inverse * variance * logarithm) + (2 / 3) * inverse * logarithm;
    if (Math.abs(total / count - (whole.total - total) / rest) > bound) return true;
  }
  return false;
}
