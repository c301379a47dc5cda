/** A sender repeats what it got no answer for; a call counts once within this time. */
const WINDOW_MS = 15 * 60_000;

/** Calls are remembered for at least the window, at most for twice as long and the time a record waits in the log (scores are stamped at their receipt). */
export const REMEMBERED_MS = 40 * 60_000;

/** Calls of the last 15 minutes by (trace id, span id), in two generations so that forgetting costs nothing. */
export class SeenCalls {
  #current = new Set<string>();
  #previous = new Set<string>();
  #generation = Number.NEGATIVE_INFINITY;

  /** Notes the call; true when it was seen before. At least 15, at most 30 minutes are remembered. */
  isRepeat(traceId: string, spanId: string, atMs: number): boolean {
    const generation = Math.floor(atMs / WINDOW_MS);
    if (generation > this.#generation) {
      this.#previous = generation === this.#generation + 1 ? this.#current : new Set();
      this.#current = new Set();
      this.#generation = generation;
    }
    const key = traceId + spanId;
    const repeated = this.#current.has(key) || this.#previous.has(key);
    this.#current.add(key);
    return repeated;
  }
}
