import type { ErrorFacts } from './error-facts.ts';

/** What went wrong, as far as routing cares. Also `error.type` on the span where the provider gave no status. */
export type FailureClass =
  | 'connection' | 'first-token-timeout' | 'timeout' | 'server-error' | 'rate-limit' | 'quota' | 'unauthorized' | 'invalid-request'
  | 'context-length' | 'content-filter' | 'model-gone' | 'too-large' | 'unusable-answer' | 'stream-interrupted' | 'caller-abort' | 'application-bug' | 'unknown';

/** What to do about it. */
export interface FailureVerdict {
  readonly failure: FailureClass;
  /** Whether another target may answer instead; `other-account`: only one that does not share the exhausted account. */
  readonly fallBack: 'yes' | 'no' | 'other-account';
  /** Whether the same target may be asked once more when nobody else is left. */
  readonly retry: boolean;
  /** Whether the local breaker counts it. */
  readonly hard: boolean;
}

/**
 * The table of knowledge: control, §2.2. A rate limit counts for the local breaker (asking again is useless for a while);
 * whether it says anything about quality is decided elsewhere, from the spans.
 */
const VERDICTS: Readonly<Record<FailureClass, Omit<FailureVerdict, 'failure'>>> = {
  connection: { fallBack: 'yes', retry: true, hard: true },
  'first-token-timeout': { fallBack: 'yes', retry: false, hard: true },
  timeout: { fallBack: 'yes', retry: false, hard: true },
  'server-error': { fallBack: 'yes', retry: true, hard: true },
  'rate-limit': { fallBack: 'yes', retry: true, hard: true },
  quota: { fallBack: 'other-account', retry: false, hard: false },
  unauthorized: { fallBack: 'no', retry: false, hard: false },
  'invalid-request': { fallBack: 'no', retry: false, hard: false },
  'context-length': { fallBack: 'no', retry: false, hard: false },
  'content-filter': { fallBack: 'no', retry: false, hard: false },
  'model-gone': { fallBack: 'yes', retry: false, hard: true },
  'too-large': { fallBack: 'no', retry: false, hard: false },
  'unusable-answer': { fallBack: 'yes', retry: false, hard: true },
  'stream-interrupted': { fallBack: 'no', retry: false, hard: true },
  'caller-abort': { fallBack: 'no', retry: false, hard: false },
  'application-bug': { fallBack: 'no', retry: false, hard: false },
  unknown: { fallBack: 'yes', retry: false, hard: true },
};

export function verdictOf(failure: FailureClass): FailureVerdict {
  return { failure, ...VERDICTS[failure] };
}

/** The provider's code before the status: a 429 may be a spent budget, a 503 a prompt that is too long. */
export function classify(facts: ErrorFacts): FailureVerdict {
  return verdictOf(byWords(facts) ?? byStatus(facts.status, facts) ?? byTransport(facts) ?? 'unknown');
}

const QUOTA = /insufficient_quota|credit_balance_exhausted|enforced_spend_limit|billing_hard_limit|billing_not_active|insufficient_credits|credit balance is too low/i;
const CONTEXT = /context_length_exceeded|context_window_exceeded|maximum context length|context window|prompt is too long|input is too long/i;
const FILTER = /content_filter|content_policy|responsible_?ai_?policy|moderation_blocked|safety_violation/i;
const UNAUTHORIZED = /invalid_api_key|authentication_error|permission_error|permission_denied|access_?denied_?exception/i;
const MODEL_GONE = /model_not_found|model_deprecated|model_decommissioned|deploymentnotfound|model .{0,100}(does not exist|not found|has been (deprecated|retired|decommissioned))/i;
const RATE = /rate_limit|ratelimit|throttl|too_?many_?requests|resource_exhausted/i;
const OVERLOAD = /overloaded|server_error|service_?unavailable|internal_server|api_error|engine_|modelnotready/i;

const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [QUOTA, 'quota'], [CONTEXT, 'context-length'], [FILTER, 'content-filter'], [UNAUTHORIZED, 'unauthorized'], [MODEL_GONE, 'model-gone'], [RATE, 'rate-limit'], [OVERLOAD, 'server-error'],
];
/** Classes that a message alone may name; the others need a code or a type, since answers quote anything. */
const IN_MESSAGES = new Set<FailureClass>(['quota', 'context-length', 'model-gone']);

function byWords(facts: ErrorFacts): FailureClass | undefined {
  const words = `${facts.code ?? ''} ${facts.type ?? ''} ${facts.name.endsWith('Exception') ? facts.name : ''}`;
  for (const [pattern, failure] of WORDS) {
    if (pattern.test(words)) return failure;
    if (IN_MESSAGES.has(failure) && facts.status !== undefined && pattern.test(facts.message)) return failure;
  }
  return undefined;
}

const EXACT_STATUS: ReadonlyMap<number, FailureClass> = new Map<number, FailureClass>([
  [401, 'unauthorized'], [402, 'quota'], [403, 'unauthorized'], [408, 'server-error'], [409, 'server-error'], [413, 'too-large'], [425, 'server-error'], [429, 'rate-limit'],
]);

function byStatus(status: number | undefined, facts: ErrorFacts): FailureClass | undefined {
  if (status === undefined || status < 300) return undefined;
  const exact = EXACT_STATUS.get(status);
  if (exact !== undefined) return exact;
  if (status >= 500) return 'server-error';
  return status === 404 && /model|deployment/i.test(facts.code ?? '') ? 'model-gone' : 'invalid-request';
}

const TIMED_OUT = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;

function byTransport(facts: ErrorFacts): FailureClass | undefined {
  if (facts.name.includes('ConnectionTimeout') || facts.name === 'TimeoutError' || TIMED_OUT.test(facts.systemCode ?? '')) return 'timeout';
  if (facts.systemCode !== undefined || facts.name.includes('ConnectionError')) return 'connection';
  if (facts.name === 'SyntaxError') return 'unusable-answer';
  if (facts.name === 'TypeError' && /fetch failed|terminated|network|socket|premature/i.test(facts.message)) return 'connection';
  return ['TypeError', 'ReferenceError', 'RangeError'].includes(facts.name) ? 'application-bug' : undefined;
}
