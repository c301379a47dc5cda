import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import type { DayBook, RouteBook, SkipReason } from './judge-state.ts';

/** What money and calls may be spent on a day. */
export interface BudgetLimits {
  readonly day: Pick<JudgePolicy, 'usdPerDay' | 'callsPerDay' | 'reservePercent'>;
  readonly route?: { readonly usdPerDay?: number | undefined; readonly callsPerDay?: number | undefined };
}

/** Sums of floating point: a budget that is used to the last cent is not overdrawn. */
const SLACK_USD = 1e-9;

/**
 * Why there is no room for one more judgement; undefined when there is. The books hold open reservations at their worst case. The last `reservePercent` of money
 * and calls is for what is urgent: routes in doubt, probes and anchors.
 */
export function budgetRefusal(limits: BudgetLimits, book: DayBook, route: Pick<RouteBook, 'usd' | 'calls'> | undefined, ask: { readonly mostUsd: number; readonly urgent: boolean }): Extract<SkipReason, `budget-${string}` | `calls-${string}` | 'reserve'> | undefined {
  const { usdPerDay, callsPerDay, reservePercent } = limits.day;
  if (isOver(book.calls + 1, callsPerDay)) return 'calls-day';
  if (isOver(book.usd + ask.mostUsd, usdPerDay)) return 'budget-day';
  if (route !== undefined && isOver(route.calls + 1, limits.route?.callsPerDay)) return 'calls-route';
  if (route !== undefined && isOver(route.usd + ask.mostUsd, limits.route?.usdPerDay)) return 'budget-route';
  if (ask.urgent) return undefined;
  const share = 1 - reservePercent / 100;
  return isOver(book.plainCalls + 1, callsPerDay * share) || isOver(book.plainUsd + ask.mostUsd, usdPerDay * share) ? 'reserve' : undefined;
}

/** A limit of 0 is no judging at all, also where prices are not known. */
function isOver(sum: number, limit: number | undefined): boolean {
  return limit !== undefined && (limit === 0 || sum > limit + SLACK_USD);
}

/** Whether the day's budget is gone: judged by what was refused, since it may be had again when open reservations come to less, or the policy gives more. */
export function isSpent({ usdPerDay, callsPerDay }: Pick<JudgePolicy, 'usdPerDay' | 'callsPerDay'>, book: DayBook): boolean {
  return isOver(book.calls + 1, callsPerDay) || isOver(book.usd + (book.refusedUsd ?? 0), usdPerDay);
}

/** The book after an ask was refused or not. */
export function noteRefusal({ refusedUsd: _, ...book }: DayBook, refusal: SkipReason | undefined, mostUsd: number): DayBook {
  return refusal === 'budget-day' ? { ...book, refusedUsd: mostUsd } : book;
}

/** Most of a day's money and calls that the anchors may take, percent: whoever pays for few judgements gets judgements. */
const ANCHOR_PERCENT = 25;

/** Whether there is room for so many anchors more, all at their worst case. */
export function canAffordAnchors(limits: Pick<JudgePolicy, 'usdPerDay' | 'callsPerDay'>, book: DayBook, more: { readonly usd: number; readonly calls: number }): boolean {
  const share = ANCHOR_PERCENT / 100;
  return !isOver(book.anchorCalls + more.calls, limits.callsPerDay * share) && !isOver(book.anchorUsd + more.usd, limits.usdPerDay * share);
}

/** One reservation, or the difference between one and what it came to. */
export interface Booking { readonly usd: number; readonly calls: number; readonly urgent: boolean; readonly isAnchor: boolean }

export function bookDay(book: DayBook, { usd, calls, urgent, isAnchor }: Booking): DayBook {
  return {
    ...book, usd: sum(book.usd, usd), calls: sum(book.calls, calls),
    ...(urgent ? {} : { plainUsd: sum(book.plainUsd, usd), plainCalls: sum(book.plainCalls, calls) }),
    ...(isAnchor ? { anchorUsd: sum(book.anchorUsd, usd), anchorCalls: sum(book.anchorCalls, calls) } : {}),
  };
}

export function bookRoute(book: RouteBook, { usd, calls }: Pick<Booking, 'usd' | 'calls'>): RouteBook {
  return { ...book, usd: sum(book.usd, usd), calls: sum(book.calls, calls) };
}

function sum(before: number, more: number): number {
  return Math.max(0, before + more);
}
