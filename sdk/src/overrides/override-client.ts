import type { Ports } from '../clock.ts';
import { withPath } from '../configuration.ts';
import { parseRetryAfter } from '../failures/retry-after.ts';
import { type HttpAnswer, httpGet, readText } from './http-get.ts';
import type { KeySource } from './key-source.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import { rejected } from './rejection.ts';
import { serverClock } from './server-clock.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { type SseItem, SseParser } from './sse-parser.ts';
import { MAX_JWS_CHARACTERS, verifySnapshot } from './verify-snapshot.ts';

const POLL_JITTER = 0.2;
const POLL_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Events and comments in a row that change nothing; a stream that brings more would only cost time. An evaluator that has nothing to say sends one every few seconds. */
const MAX_IDLE_ITEMS = 200;

export interface FollowTiming {
  readonly pollMs: number;
  /** The evaluator speaks every 10 s. A stream that is silent for longer than this is dead. */
  readonly silenceMs: number;
}

export const FOLLOW_TIMING: FollowTiming = { pollMs: 10_000, silenceMs: 25_000 };

export interface ChannelStatus {
  readonly stream: 'connecting' | 'open' | 'waiting' | 'stopped';
  readonly streamFailures: number;
  readonly polls: number;
  readonly pollFailures: number;
  readonly lastError?: string;
}

/**
 * Follows the overrides of one project by a stream, with polls beside it for as long as it lives: neither ever switches the other off, and
 * the version decides which news is newer. It never throws and keeps no program alive.
 */
export class OverrideClient {
  readonly #endpoint: URL;
  readonly #project: string;
  readonly #keys: KeySource;
  readonly #store: SnapshotStore;
  readonly #ports: Ports;
  readonly #timing: FollowTiming;
  readonly #stopping = new AbortController();
  readonly #counters = { streamFailures: 0, polls: 0, pollFailures: 0 };
  #stream: ChannelStatus['stream'] = 'connecting';
  #lastError: string | undefined;
  #lastJws: string | undefined;
  /** Text of the key that signed it. */
  #lastSigner: string | undefined;
  #etag: string | undefined;

  constructor(options: { endpoint: URL; project: string; keys: KeySource; store: SnapshotStore; ports: Ports; timing: FollowTiming }) {
    this.#endpoint = options.endpoint;
    this.#project = options.project;
    this.#keys = options.keys;
    this.#store = options.store;
    this.#ports = options.ports;
    this.#timing = options.timing;
  }

  start(): void {
    void this.#keepStreaming();
    void this.#keepPolling();
  }

  stop(): void {
    this.#stopping.abort();
    this.#stream = 'stopped';
  }

  status(): ChannelStatus {
    return { stream: this.#stream, ...this.#counters, ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }) };
  }

  async #keepPolling(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#poll();
        this.#counters.polls += 1;
      } catch (error) {
        this.#counters.pollFailures += 1;
        this.#note(error);
      }
      await pause(this.#timing.pollMs * (1 - POLL_JITTER + 2 * POLL_JITTER * this.#ports.random()), this.#stopping.signal);
    }
  }

  async #poll(): Promise<void> {
    const headers = { accept: 'application/jose', ...(this.#etag === undefined ? {} : { 'if-none-match': this.#etag }) };
    const limit = limitedBy(this.#stopping.signal, POLL_TIMEOUT_MS);
    try {
      const answer = await httpGet(new URL(withPath(this.#endpoint, 'v1/overrides')), headers, limit.signal);
      if (answer.status === 304) {
        answer.close();
        return;
      }
      expectOk(answer);
      const text = await readText(answer, MAX_JWS_CHARACTERS);
      if (text === undefined) this.#store.reject(rejected('too-large', `more than ${MAX_JWS_CHARACTERS} bytes`));
      else if (await this.#take(text.trim(), serverClock(answer.header('date'), this.#ports.clock))) this.#etag = answer.header('etag');
    } finally {
      limit.done();
    }
  }

  async #keepStreaming(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      this.#stream = 'connecting';
      let retryAfterMs = 0;
      try {
        if (await this.#followStream((ms) => { retryAfterMs = ms; })) failures = 0;
      } catch (error) {
        this.#note(error);
      }
      if (this.#stopping.signal.aborted) return;
      this.#stream = 'waiting';
      this.#counters.streamFailures += 1;
      await pause(reconnectDelayMs(failures, this.#ports.random(), retryAfterMs), this.#stopping.signal);
      failures += 1;
    }
  }

  /** Until the stream ends or is silent. True: it brought a snapshot that could be used. */
  async #followStream(onRetryAfter: (ms: number) => void): Promise<boolean> {
    const limit = limitedBy(this.#stopping.signal, CONNECT_TIMEOUT_MS);
    let useful = false;
    try {
      const answer = await httpGet(new URL(withPath(this.#endpoint, 'v1/overrides/stream')), { accept: 'text/event-stream' }, limit.signal);
      if (answer.status !== 200) onRetryAfter(parseRetryAfter(undefined, answer.header('retry-after'), this.#ports.clock.wallMs()) ?? 0);
      expectOk(answer);
      limit.again(this.#timing.silenceMs);
      this.#stream = 'open';
      const now = serverClock(answer.header('date'), this.#ports.clock);
      const parser = new SseParser();
      const decoder = new TextDecoder();
      let idle = 0;
      for await (const chunk of answer.body) {
        for (const item of parser.push(decoder.decode(chunk, { stream: true }))) {
          // Bytes alone are no sign of life: only a whole event or comment is.
          limit.again(this.#timing.silenceMs);
          const isNews = await this.#takeItem(item, now);
          useful ||= isNews;
          idle = isNews ? 0 : idle + 1;
          if (idle > MAX_IDLE_ITEMS) throw new Error('the stream brought much and nothing of use');
        }
      }
    } finally {
      limit.done();
    }
    return useful;
  }

  async #takeItem(item: SseItem, serverNowMs: () => number): Promise<boolean> {
    if (item.kind === 'event') return item.event.event === 'snapshot' && this.#take(item.event.data.trim(), serverNowMs);
    if (item.kind === 'comment') return false;
    this.#store.reject(rejected('too-large', 'an event of the stream'));
    throw new Error('an event of the stream is too large');
  }

  /** Verifies and offers one snapshot. True when it is in force now. */
  async #take(jws: string, serverNowMs: () => number): Promise<boolean> {
    if (jws === this.#lastJws) return true;
    let verified = await verifySnapshot(jws, await this.#keys.keys(), this.#project);
    if (verified.kind === 'rejected' && (verified.reason === 'unknown-key' || verified.reason === 'bad-signature')) {
      const newer = await this.#keys.refresh();
      if (newer !== undefined) verified = await verifySnapshot(jws, newer, this.#project);
    }
    if (verified.kind === 'rejected') {
      this.#store.reject(verified);
      return false;
    }
    const { snapshot, signer } = verified;
    const startsAnew = this.#lastSigner !== undefined && this.#keys.isGone(this.#lastSigner);
    const offered = this.#store.offer(snapshot, this.#ports.clock.monotonicMs(), serverNowMs() - snapshot.issuedAt, startsAnew);
    if (offered.kind === 'accepted') {
      this.#lastJws = jws;
      this.#lastSigner = signer.text;
    }
    return offered.kind !== 'rejected';
  }

  #note(error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#lastError = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300);
  }
}

function expectOk(answer: HttpAnswer): void {
  if (answer.status === 200) return;
  answer.close();
  throw new Error(`the evaluator answered ${answer.status}`);
}

/** A signal that aborts with `outer`, or when no one calls `again` in time. Timers do not keep the program alive. */
function limitedBy(outer: AbortSignal, firstMs: number): { signal: AbortSignal; again: (ms: number) => void; done: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort(outer.reason);
  if (outer.aborted) stop();
  outer.addEventListener('abort', stop);
  let timer = setTimeout(() => {}, 0);
  const again = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error(`nothing came for ${ms} ms`)), ms);
    timer.unref();
  };
  again(firstMs);
  return { signal: controller.signal, again, done: () => { clearTimeout(timer); outer.removeEventListener('abort', stop); } };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    timer.unref();
    signal.addEventListener('abort', finish);
  });
}
