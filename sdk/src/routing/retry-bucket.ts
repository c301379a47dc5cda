const CAPACITY = 10;
const EARNED_PER_SUCCESS = 0.1;

/** Bounds how much a route may add to an outage by asking a target again (gRPC A6): 10 retries, then one for ten successes. */
export class RetryBucket {
  #tokens = CAPACITY;

  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  earn(): void {
    this.#tokens = Math.min(CAPACITY, this.#tokens + EARNED_PER_SUCCESS);
  }
}
