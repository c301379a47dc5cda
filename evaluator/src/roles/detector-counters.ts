/** What the detectors of this process did. Counts only grow. */
export interface DetectorCounters {
  /** Calls that were fed to detectors, each to those of all its signals. */
  observedCalls: number;
  /** Time that folding evidence took, ms of wall clock. */
  foldMs: number;
}

export function newDetectorCounters(): DetectorCounters {
  return { observedCalls: 0, foldMs: 0 };
}
