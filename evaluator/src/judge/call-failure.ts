import { APICallError } from 'ai';
import type { JudgeErrorReason } from './judge.ts';

/** What a failed request to the judge's provider means. Only categories: a provider's message may repeat keys or texts. */
export interface CallFailure {
  readonly reason: JudgeErrorReason;
  /** Whether another judgement later may go better. */
  readonly retryable: boolean;
  /** Wait before the one retry; undefined where a retry at once is of no use. */
  readonly retryAfterMs: number | undefined;
  /** The provider does not take this; the request may be right without it. */
  readonly refusedSetting: 'temperature' | 'structured' | undefined;
  /** 0 where the provider turned the request away; undefined where it may have worked, and billed. */
  readonly costUsd: 0 | undefined;
}

const DEFAULT_WAIT_MS = 500;
const NOTHING_SENT: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

export function callFailure(error: unknown, isAborted: boolean, nowMs: number): CallFailure {
  if (isAborted) return failure({ reason: 'timeout', retryable: true });
  if (!APICallError.isInstance(error)) return failure({ reason: 'provider', retryable: true });
  if (error.statusCode === undefined) return failure({ reason: 'unreachable', retryable: true, retryAfterMs: DEFAULT_WAIT_MS, costUsd: hasCause(error, NOTHING_SENT) ? 0 : undefined });
  return failureOfStatus(error, error.statusCode, nowMs);
}

function failureOfStatus(error: APICallError, status: number, nowMs: number): CallFailure {
  // Read it was, but it is no answer.
  if (status < 400) return failure({ reason: 'provider', retryable: true, retryAfterMs: DEFAULT_WAIT_MS });
  const body = (error.responseBody ?? '').slice(0, 2_000);
  if (status === 401 || status === 403) return failure({ reason: 'unauthorised', retryable: false, costUsd: 0 });
  if (status === 429) return failure({ reason: 'rate-limited', retryable: true, retryAfterMs: /insufficient_quota/.test(body) ? undefined : waitOf(error, nowMs), costUsd: 0 });
  if (status >= 500 || status === 408) return failure({ reason: 'provider', retryable: true, retryAfterMs: waitOf(error, nowMs), costUsd: 0 });
  return failure({ reason: 'provider', retryable: false, refusedSetting: status === 400 || status === 422 ? refusedSetting(body) : undefined, costUsd: 0 });
}

function failure(known: Pick<CallFailure, 'reason' | 'retryable'> & Partial<CallFailure>): CallFailure {
  return { retryAfterMs: undefined, refusedSetting: undefined, costUsd: undefined, ...known };
}

function refusedSetting(body: string): CallFailure['refusedSetting'] {
  if (/temperature/i.test(body)) return 'temperature';
  return /response_format|json_schema|structured|output_config|output_format/i.test(body) ? 'structured' : undefined;
}

/** `Retry-After` as seconds or as a date. */
function waitOf({ responseHeaders = {} }: APICallError, nowMs: number): number {
  const value = responseHeaders['retry-after'];
  if (value === undefined) return DEFAULT_WAIT_MS;
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : DEFAULT_WAIT_MS;
}

function hasCause(error: unknown, codes: ReadonlySet<unknown>): boolean {
  let cause = error;
  for (let depth = 0; depth < 5 && typeof cause === 'object' && cause !== null; depth++) {
    if ('code' in cause && codes.has(cause.code)) return true;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return false;
}
