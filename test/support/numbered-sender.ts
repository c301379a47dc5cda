import { setTimeout as pause } from 'node:timers/promises';
import type { Purpose } from '@understudy/contracts/attributes';
import { type SeededRandom, seededRandom } from 'understudy/src/demo/seeded-random.ts';
import { type Ending, requestOf, type TestCall } from './chat-span.ts';

/** The test's own account of a call, independent of what the system stored. */
export interface SentCall {
  readonly call: TestCall;
  /** ms since 1970; the receive time must lie between the two. */
  readonly firstSentMs: number;
  ackedMs: number;
}

/** Which target an application asks, and why. */
export interface Choice {
  readonly target: string;
  readonly purpose: Purpose;
}

export interface SenderOptions {
  /** Collectors that share the load; what one does not acknowledge goes to the next. */
  readonly urls: readonly string[];
  readonly seed: number;
  readonly routes: readonly string[];
  readonly targets: readonly [string, ...string[]];
  readonly everyMs: number;
  readonly callsABatch: number;
  /** Which target an application would ask now. */
  readonly choose: (route: string, random: SeededRandom) => Choice | Promise<Choice>;
  readonly endingOf: (route: string, target: string, random: SeededRandom) => Ending;
  /** How long it waits for an answer; 2 s where nothing is said. */
  readonly attemptMs?: number;
}

const MAX_IN_FLIGHT = 24;
const ATTEMPT_MS = 2_000;
const RETRY_MS = 150;
/** Share of acknowledged requests that are sent once more, as after an answer that was lost on its way; so late that a kill often lies between. */
const REPEATED_SHARE = 0.1;
const REPEATED_AFTER_MS = 5_000;
/** Share of calls whose sender's clock is wrong by hours or years, either way: minutes are by receive time. */
const ODD_CLOCK_SHARE = 0.02;
const HOUR_MS = 3_600_000;
const ODD_CLOCKS_MS = [-23 * HOUR_MS, 23 * HOUR_MS, -1_000 * HOUR_MS, 10_000 * HOUR_MS] as const;

/** Sends uniquely numbered calls, and the same bytes again and again until they are acknowledged. */
export class NumberedSender {
  readonly sent: SentCall[] = [];
  /** Requests that had to be sent again, for want of an answer. */
  retries = 0;
  /** Acknowledged requests that were sent once more. */
  repeats = 0;
  readonly refusals = new Map<number, number>();
  readonly #options: SenderOptions;
  readonly #random: SeededRandom;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #failures: Error[] = [];
  #number = 0;
  #attempts = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed, 'sender');
    this.#done = this.#run();
  }

  /** Makes no more calls, and returns when every one was acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    await Promise.all(this.#inFlight);
    if (this.#failures[0] !== undefined) throw this.#failures[0];
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#inFlight.size < MAX_IN_FLIGHT) {
        const sending: Promise<void> = this.#makeBatch().then((batch) => this.#deliver(batch)).catch((error: Error) => { this.#failures.push(error); }).finally(() => this.#inFlight.delete(sending));
        this.#inFlight.add(sending);
      }
      await pause(this.#options.everyMs);
    }
  }

  async #makeBatch(): Promise<SentCall[]> {
    const nowMs = Date.now();
    const batch: SentCall[] = [];
    for (let i = 0; i < this.#options.callsABatch; i++) batch.push({ call: await this.#makeCall(nowMs), firstSentMs: nowMs, ackedMs: Number.NaN });
    return batch;
  }

  async #makeCall(nowMs: number): Promise<TestCall> {
    const { seed, routes, targets, choose, endingOf } = this.#options;
    const random = this.#random;
    const number = ++this.#number;
    const route = routes[number % routes.length] ?? '';
    const { target, purpose } = await choose(route, random);
    const durationMs = 300 + Math.round(200 * random.next());
    return {
      traceId: `${hex(seed + 1)}${hex(number)}`, spanId: hex(number), route, target, targets, purpose, ending: endingOf(route, target, random),
      startedAtMs: nowMs - durationMs - 20 + (random.chance(ODD_CLOCK_SHARE) ? random.pick(ODD_CLOCKS_MS) : 0), durationMs, sentences: random.between(3, 12),
    };
  }

  async #deliver(batch: SentCall[]): Promise<void> {
    this.sent.push(...batch);
    const body = requestOf(batch.map(({ call }) => call));
    const repeatAfterMs = this.#random.chance(REPEATED_SHARE) ? REPEATED_AFTER_MS * this.#random.next() : undefined;
    await this.#untilAcknowledged(body);
    const ackedMs = Date.now();
    for (const sent of batch) sent.ackedMs = ackedMs;
    if (repeatAfterMs === undefined) return;
    await pause(repeatAfterMs);
    this.repeats += 1;
    await this.#untilAcknowledged(body);
  }

  async #untilAcknowledged(body: string): Promise<void> {
    while (!(await this.#attempt(body))) {
      this.retries += 1;
      await pause(RETRY_MS);
    }
  }

  async #attempt(body: string): Promise<boolean> {
    const { urls, attemptMs = ATTEMPT_MS } = this.#options;
    const url = urls[this.#attempts++ % urls.length];
    let response: Response;
    try {
      response = await fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(attemptMs) });
      const answer = await response.text();
      if (response.status === 200 && answer !== '{}') throw new UnexpectedAnswer(`not everything was taken: ${answer}`);
    } catch (error) {
      if (error instanceof UnexpectedAnswer) throw error;
      return false;
    }
    if (response.status !== 200) this.refusals.set(response.status, (this.refusals.get(response.status) ?? 0) + 1);
    if (response.status !== 200 && response.status !== 503) throw new UnexpectedAnswer(`the collector answered ${response.status}`);
    return response.status === 200;
  }
}

class UnexpectedAnswer extends Error {}

function hex(number: number): string {
  return number.toString(16).padStart(16, '0');
}
