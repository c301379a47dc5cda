/** What is remembered of a (route, target) for the plan of its next calls. */
export interface TrafficView {
  /** Weighted share of the calls that were flagged, the later ones more. */
  readonly flaggedShare: number;
  /** In the last hour. */
  readonly calls: number;
  readonly draws: number;
  /** Over which time they were counted, ms: an hour, or since the first call. */
  readonly observedMs: number;
}

export interface TrafficCounts {
  calls: number;
  flagged: number;
  draws: number;
}

interface Remembered {
  flaggedShare: number;
  /** Calls so far, up to `MEMORY_CALLS`: the first ones count as a plain mean. */
  weight: number;
  readonly firstMs: number;
  readonly bins: { readonly number: number; calls: number; draws: number }[];
}

const HOUR_MS = 3_600_000;
const BIN_MS = HOUR_MS / 12;
/** After so many calls a change of the flagged share has been followed by two thirds. */
const MEMORY_CALLS = 500;
/** What is assumed of the flagged share before the first calls, and as so many calls. */
const ASSUMED_SHARE = 0.05;
const ASSUMED_CALLS = 50;
/** (route, target) pairs that are remembered; the one that was not called for longest goes first. */
const MOST_TARGETS = 10_000;

/** Calls, flags and draws of each (route, target), in the memory of one process: after a restart it begins anew, which costs a few judgements and no guarantee. */
export class JudgedTraffic {
  readonly #targets = new Map<string, Remembered>();

  view(key: string, atMs: number): TrafficView {
    const target = this.#targets.get(key);
    if (target === undefined) return { flaggedShare: ASSUMED_SHARE, calls: 0, draws: 0, observedMs: 0 };
    const oldest = binOf(atMs) - 12;
    let calls = 0, draws = 0;
    for (const bin of target.bins) {
      if (bin.number <= oldest) continue;
      calls += bin.calls;
      draws += bin.draws;
    }
    return { flaggedShare: target.flaggedShare, calls, draws, observedMs: Math.max(0, Math.min(HOUR_MS, atMs - target.firstMs)) };
  }

  note(key: string, atMs: number, counts: Readonly<TrafficCounts>): void {
    if (counts.calls === 0) return;
    const target = this.#targets.get(key) ?? { flaggedShare: ASSUMED_SHARE, weight: ASSUMED_CALLS, firstMs: atMs, bins: [] };
    // The newest at the end: the first is then the one to forget.
    this.#targets.delete(key);
    this.#targets.set(key, target);
    if (this.#targets.size > MOST_TARGETS) this.#targets.delete(this.#targets.keys().next().value as string);
    target.weight = Math.min(MEMORY_CALLS, target.weight + counts.calls);
    target.flaggedShare += Math.min(1, counts.calls / target.weight) * (counts.flagged / counts.calls - target.flaggedShare);
    noteBin(target, binOf(atMs), counts);
  }
}

function binOf(atMs: number): number {
  return Math.floor(atMs / BIN_MS);
}

/** Times may go back a little: records of another partition are older. */
function noteBin(target: Remembered, number: number, { calls, draws }: Readonly<TrafficCounts>): void {
  const bin = target.bins.find((one) => one.number === number);
  if (bin !== undefined) {
    bin.calls += calls;
    bin.draws += draws;
    return;
  }
  target.bins.push({ number, calls, draws });
  if (target.bins.length > 13) target.bins.sort((one, other) => one.number - other.number).shift();
}
