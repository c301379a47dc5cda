import type { BreakerPhase } from './plan.ts';

const WINDOW_SECONDS = 30;
const CONSECUTIVE_FAILURES = 5;
const MIN_CALLS = 20;
const FAILURE_SHARE = 0.5;
const FIRST_OPEN_MS = 5_000;
const MAX_OPEN_MS = 60_000;
/** Reopening within this time after closing goes on with the longer waits. */
const CALM_MS = 60_000;

/**
 * The local circuit of one target (knowledge: control, table A): it opens on 5 hard failures in a row or on half of at least 20
 * within 30 s, stays open 5 s · 2^k up to 60 s, then lets one call at a time test the target. It knows this process only.
 */
export class TargetBreaker {
  readonly #totals = new Uint32Array(WINDOW_SECONDS);
  readonly #failures = new Uint32Array(WINDOW_SECONDS);
  #second = 0;
  #consecutive = 0;
  #opened = 0;
  #openUntilMs: number | undefined;
  #closedAtMs = Number.NEGATIVE_INFINITY;
  #testing = false;

  phase(nowMs: number): BreakerPhase {
    if (this.#openUntilMs === undefined) return 'closed';
    return nowMs >= this.#openUntilMs && !this.#testing ? 'half-open' : 'open';
  }

  /** True while the circuit is not closed. */
  get isTripped(): boolean {
    return this.#openUntilMs !== undefined;
  }

  /** Before an attempt. True: it is the one test of a half-open circuit, and must be settled. */
  begin(nowMs: number): boolean {
    if (this.phase(nowMs) !== 'half-open') return false;
    this.#testing = true;
    return true;
  }

  succeed(nowMs: number, isTest: boolean): void {
    if (isTest) this.#close(nowMs);
    this.#consecutive = 0;
    this.#count(nowMs, 0);
  }

  /** `jitter` 0…1 spreads the end of the wait by ± 20 %, so that a fleet does not test at the same moment. */
  fail(nowMs: number, isTest: boolean, jitter: number): void {
    this.#consecutive += 1;
    this.#count(nowMs, 1);
    if (isTest) this.#open(nowMs, jitter);
    else if (this.#openUntilMs === undefined && this.#isTooBad()) this.#open(nowMs, jitter);
  }

  /** An attempt that says nothing about the target, such as one its caller gave up. */
  release(isTest: boolean): void {
    if (isTest) this.#testing = false;
  }

  #isTooBad(): boolean {
    if (this.#consecutive >= CONSECUTIVE_FAILURES) return true;
    const total = sum(this.#totals);
    return total >= MIN_CALLS && sum(this.#failures) >= total * FAILURE_SHARE;
  }

  #open(nowMs: number, jitter: number): void {
    if (nowMs - this.#closedAtMs > CALM_MS && this.#openUntilMs === undefined) this.#opened = 0;
    const waitMs = Math.min(FIRST_OPEN_MS * 2 ** this.#opened, MAX_OPEN_MS) * (0.8 + 0.4 * jitter);
    this.#opened = Math.min(this.#opened + 1, 10);
    this.#openUntilMs = nowMs + waitMs;
    this.#testing = false;
  }

  #close(nowMs: number): void {
    this.#openUntilMs = undefined;
    this.#testing = false;
    this.#closedAtMs = nowMs;
    this.#totals.fill(0);
    this.#failures.fill(0);
  }

  #count(nowMs: number, failed: 0 | 1): void {
    const second = Math.floor(nowMs / 1_000);
    const steps = Math.min(second - this.#second, WINDOW_SECONDS);
    for (let step = 1; step <= steps; step += 1) {
      this.#totals[(this.#second + step) % WINDOW_SECONDS] = 0;
      this.#failures[(this.#second + step) % WINDOW_SECONDS] = 0;
    }
    if (second > this.#second) this.#second = second;
    const slot = this.#second % WINDOW_SECONDS;
    this.#totals[slot] = (this.#totals[slot] ?? 0) + 1;
    this.#failures[slot] = (this.#failures[slot] ?? 0) + failed;
  }
}

function sum(values: Uint32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
