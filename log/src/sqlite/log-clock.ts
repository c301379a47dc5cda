/**
 * The wall clock, made to never run backwards. After the wall was set back, the log's time goes on at half speed until the wall has caught up,
 * so that what is driven by time goes on as well.
 */
export class LogClock {
  readonly #wallMs: () => number;
  #lastWallMs: number;
  #lastLogMs: number;

  constructor(wallMs: () => number, lastStampMs: number) {
    this.#wallMs = wallMs;
    this.#lastWallMs = wallMs();
    this.#lastLogMs = lastStampMs;
  }

  nowMs(): number {
    const wallMs = this.#wallMs();
    const elapsedMs = Math.max(0, wallMs - this.#lastWallMs);
    this.#lastWallMs = wallMs;
    this.#lastLogMs = Math.max(wallMs, this.#lastLogMs + elapsedMs / 2);
    return Math.floor(this.#lastLogMs);
  }

  /** Another process may have stamped later than this one would. */
  notBefore(stampMs: number): void {
    this.#lastLogMs = Math.max(this.#lastLogMs, stampMs);
  }
}
