import type { ServedReason } from '@understudy/contracts/attributes';

/** One attempt that failed on the way to the answer. */
export interface FailedAttempt {
  readonly target: string;
  /** Class of the failure, e.g. `rate-limit` or `first-token-timeout`. */
  readonly failure: string;
}

/** Who answered, why that one, and how many attempts it took. */
export interface Served {
  readonly target: string;
  readonly reason: ServedReason;
  readonly attempts: number;
  readonly requestId: string;
  /** Trace and span of the attempt that answered, when spans are recorded. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly failures: readonly FailedAttempt[];
}

/** `UNDERSTUDY_DISABLE=1`: the primary serves, and nothing else happens. */
export function servedDisabled(target: string, requestId: string): Served {
  return { target, reason: 'kill-switch', attempts: 1, requestId, traceId: undefined, spanId: undefined, failures: [] };
}

const served = new WeakMap<object, Served>();

/** Puts `served` on an answer or an error, out of the way of JSON and of spreads. */
export function attachServed(subject: unknown, value: Served): void {
  if (!isObject(subject)) return;
  served.set(subject, value);
  if (Object.isExtensible(subject)) Object.defineProperty(subject, 'served', { value, enumerable: false, configurable: true, writable: true });
}

function isObject(value: unknown): value is object {
  return Object(value) === value;
}

/** `served` of an answer, a stream or an error that came through Understudy; works for frozen objects too. */
export function servedOf(subject: object): Served | undefined {
  return served.get(subject);
}
