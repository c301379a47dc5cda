import type { Ports } from '../clock.ts';
import type { FailureVerdict } from '../failures/classify.ts';
import type { RetryBucket } from '../routing/retry-bucket.ts';
import type { TargetBreaker } from '../routing/target-breaker.ts';
import type { Served } from '../served.ts';
import type { AnswerFacts, AttemptSpan } from '../telemetry/attempt-span.ts';

/** Ends an attempt, once: its span, its breaker, its request. */
export class AttemptSettlement {
  readonly span: AttemptSpan;
  /** Known when the attempt has become the answer. */
  served: Served | undefined;
  readonly #breaker: TargetBreaker;
  readonly #bucket: RetryBucket;
  readonly #ports: Ports;
  readonly #isTest: boolean;
  readonly #controller: AbortController;
  readonly #unlink: () => void;
  #settled = false;

  constructor(parts: { span: AttemptSpan; breaker: TargetBreaker; bucket: RetryBucket; ports: Ports; controller: AbortController; unlink: () => void }) {
    this.span = parts.span;
    this.#breaker = parts.breaker;
    this.#bucket = parts.bucket;
    this.#ports = parts.ports;
    this.#controller = parts.controller;
    this.#unlink = parts.unlink;
    this.#isTest = parts.breaker.begin(parts.ports.clock.monotonicMs());
  }

  answered(facts: AnswerFacts): void {
    if (!this.#close()) return;
    this.#breaker.succeed(this.#ports.clock.monotonicMs(), this.#isTest);
    this.#bucket.earn();
    this.span.end({ kind: 'answered', answer: facts });
  }

  failed(verdict: FailureVerdict, errorType: string, message: string, facts?: AnswerFacts): void {
    if (!this.#close()) return;
    if (verdict.hard) this.#breaker.fail(this.#ports.clock.monotonicMs(), this.#isTest, this.#ports.random());
    else this.#breaker.release(this.#isTest);
    this.span.end({ kind: 'failed', errorType, message, ...(facts === undefined ? {} : { answer: facts }) });
    this.#controller.abort();
  }

  /** The application wants no more of it: says nothing about the target. */
  cancelled(facts?: AnswerFacts): void {
    if (!this.#close()) return;
    this.#breaker.release(this.#isTest);
    this.span.end({ kind: 'cancelled', ...(facts === undefined ? {} : { answer: facts }) });
    this.#controller.abort();
  }

  #close(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#unlink();
    return true;
  }
}
