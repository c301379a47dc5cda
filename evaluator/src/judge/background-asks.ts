import type { Judge, JudgeItem, JudgeOutcome } from './judge.ts';
import type { Reservation } from './judge-state.ts';
import type { PlacedRequest } from './request-reader.ts';

/** A judgement for which there is room in the budget, with all that is needed to ask. */
export interface PreparedAsk {
  readonly reservation: Reservation;
  readonly item: JudgeItem;
  readonly judge: Judge;
  /** Of a request; controls and anchors have none. */
  readonly placed?: PlacedRequest;
}

export interface FinishedAsk extends PreparedAsk {
  readonly outcome: JudgeOutcome;
}

/** Asks the judge in the background, so many at a time; what it said is taken in the next turn. */
export class JudgeAsks {
  readonly #abort = new AbortController();
  readonly #allowed: PreparedAsk[] = [];
  #finished: FinishedAsk[] = [];
  #running = 0;
  #places = 1;

  /** Their reservations are committed: they may be asked. */
  allow(asks: readonly PreparedAsk[], places: number): void {
    this.#places = places;
    this.#allowed.push(...asks);
    this.#startNext();
  }

  takeFinished(): readonly FinishedAsk[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** Another owner asks from now on. */
  end(): void {
    this.#allowed.length = 0;
    this.#abort.abort();
  }

  #startNext(): void {
    while (this.#running < this.#places && !this.#abort.signal.aborted) {
      const ask = this.#allowed.shift();
      if (ask === undefined) return;
      this.#running += 1;
      void this.#ask(ask);
    }
  }

  async #ask(ask: PreparedAsk): Promise<void> {
    const startedMs = performance.now();
    let outcome: JudgeOutcome;
    try {
      outcome = await ask.judge.judge(ask.item, this.#abort.signal);
    } catch {
      outcome = { kind: 'error', reason: 'provider', retryable: true, costUsd: undefined, durationMs: performance.now() - startedMs };
    }
    this.#running -= 1;
    this.#finished.push({ ...ask, outcome });
    this.#startNext();
  }
}
