/** Since when the values look changed: a CUSUM of one component; it starts again whenever it is at most 1. */
export interface ChangePoint {
  /** C = max(1, C) · L */
  evidence: number;
  /** Receive time of the first call after the last start; undefined before the first. */
  sinceMs: number | undefined;
  calls: number;
  events: number;
}

const CAP = 1e300;

export function initialChangePoint(): ChangePoint {
  return { evidence: 1, sinceMs: undefined, calls: 0, events: 0 };
}

/** Notes one call with its likelihood factor; `weight`: as how many it counts. After it `calls` is 0 as long as nothing speaks for a change. */
export function followChange(change: ChangePoint, factor: number, event: number, atMs: number, weight = 1): void {
  change.evidence = Math.min(CAP, Math.max(1, change.evidence) * factor);
  if (change.evidence <= 1) {
    change.calls = 0;
    change.events = 0;
    change.sinceMs = undefined;
    return;
  }
  if (change.calls === 0) change.sinceMs = atMs;
  change.calls += weight;
  change.events += weight * event;
}
