import type { FailureVerdict } from '../failures/classify.ts';
import type { Plan } from '../routing/compile-entry.ts';

const MAX_ATTEMPTS = 3;
const BACK_OFF_MS = 200;

export interface TriedTarget {
  readonly index: number;
  readonly verdict: FailureVerdict;
  readonly retryAfterMs: number | undefined;
}

export interface NextStepInput {
  readonly plan: Plan;
  /** At least one; the latest last. */
  readonly tried: readonly TriedTarget[];
  readonly remainingMs: number;
  /** Whether two targets draw on one account. */
  readonly sharesAccount: (left: number, right: number) => boolean;
  /** 0…1 */
  readonly jitter: number;
}

export type NextStep =
  | { readonly kind: 'try'; readonly index: number }
  /** The same target once more, if the route's retry bucket allows. */
  | { readonly kind: 'retry'; readonly index: number; readonly waitMs: number }
  | { readonly kind: 'give-up' };

const GIVE_UP: NextStep = { kind: 'give-up' };

/** What to do after a failure: another target at once; the same one again only when nobody else is left and the wait fits the deadline. */
export function nextStep(input: NextStepInput): NextStep {
  const last = input.tried.at(-1);
  if (last === undefined || input.tried.length >= MAX_ATTEMPTS || input.remainingMs <= 0 || !mayGoOn(input, last)) return GIVE_UP;
  const next = input.plan.order.find((index) => !input.tried.some((tried) => tried.index === index) && !isClosedOff(input, index));
  return next === undefined ? retry(input) : { kind: 'try', index: next };
}

/**
 * A failure that is the caller's own ends the request, unless it met a target that we chose and the application did not:
 * a probe, a standby call or an override must never cost an answer that the application's own order would have given.
 */
function mayGoOn({ plan, tried }: NextStepInput, last: TriedTarget): boolean {
  if (last.verdict.failure === 'caller-abort') return false;
  if (last.verdict.fallBack !== 'no') return true;
  if (plan.purpose !== 'serve' && tried.length === 1) return true;
  return last.index !== 0 && !tried.some((one) => one.index === 0);
}

/** An exhausted account is exhausted for every target that draws on it. */
function isClosedOff({ tried, sharesAccount }: NextStepInput, index: number): boolean {
  return tried.some((one) => one.verdict.fallBack === 'other-account' && sharesAccount(one.index, index));
}

/** One retry a request, of whoever is worth it and free first. */
function retry({ plan, tried, remainingMs, jitter }: NextStepInput): NextStep {
  if (new Set(tried.map((one) => one.index)).size < tried.length) return GIVE_UP;
  const waits = tried.filter((one) => one.verdict.retry).map((one) => ({ index: one.index, waitMs: waitBefore(one, jitter) })).filter(({ waitMs }) => waitMs < remainingMs);
  waits.sort((left, right) => left.waitMs - right.waitMs || plan.order.indexOf(left.index) - plan.order.indexOf(right.index));
  return waits[0] === undefined ? GIVE_UP : { kind: 'retry', ...waits[0] };
}

function waitBefore({ verdict, retryAfterMs }: TriedTarget, jitter: number): number {
  return retryAfterMs ?? (verdict.failure === 'connection' ? 0 : BACK_OFF_MS * (1 + jitter));
}
