import type { Context, Link } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import { type AttemptIdentity, AttemptSpan, type CallDescription, type SpanSettings } from './attempt-span.ts';
import { DeferredWork } from './deferred-work.ts';

/** Starts the spans of attempts and keeps what is still to be written on them. */
export class SpanRecorder {
  readonly deferred: DeferredWork;
  readonly #settings: SpanSettings;
  readonly #clock: Clock;

  constructor(settings: SpanSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.deferred = new DeferredWork(() => clock.monotonicMs());
  }

  start(identity: AttemptIdentity, call: CallDescription, parent: Context, links: readonly Link[]): AttemptSpan {
    return new AttemptSpan(this.#settings, identity, call, parent, [...links], this.#clock, this.deferred);
  }
}
