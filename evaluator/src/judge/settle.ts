import type { FinishedAsk } from './background-asks.ts';
import { anchorById, verdictOn } from './anchors.ts';
import { noteIdentity, noteVerdict } from './anchors-run.ts';
import { bookDay, bookRoute } from './budget.ts';
import { CONTROL_ITEMS, isRightAbout } from './control-items.ts';
import { answered, noteAnswer, noteControl } from './health.ts';
import type { JudgeOutcome } from './judge.ts';
import { type JudgeState, routeBookOf } from './judge-state.ts';
import type { JudgeTurnOutput } from './turn-output.ts';

/** Books what a judgement came to in place of what was reserved for it, and writes down what it says. */
export function settle(state: JudgeState, finished: FinishedAsk, out: JudgeTurnOutput): void {
  const { reservation, outcome, judge } = finished;
  state.reserved = state.reserved.filter(({ number }) => number !== reservation.number);
  bookCost(state, finished);
  // What a judge says that is no longer the policy's tells nothing about the one that is.
  if (judge.model === state.health.model) noteAboutJudge(state, finished);
  if (reservation.for.kind !== 'request' || finished.placed === undefined) return;
  out.addOutcome(finished.placed, outcome, { model: judge.model, rubric: finished.item.rubric });
  const book = routeBookOf(state, reservation.for.route);
  state.routes.set(reservation.for.route, { ...book, [outcome.kind]: book[outcome.kind] + 1 });
}

function bookCost(state: JudgeState, { reservation, outcome }: FinishedAsk): void {
  const { mostUsd, urgent, day } = reservation;
  // A judgement that was under way at midnight is of the day that reserved for it.
  if (day !== state.day.day) return;
  const { usd, calls } = costOf(outcome, mostUsd);
  const difference = { usd: usd - mostUsd, calls: calls - 1, urgent, isAnchor: reservation.for.kind === 'anchor' };
  state.day = bookDay(state.day, difference);
  if (outcome.kind === 'judged' && outcome.costUsd === undefined && mostUsd === 0) state.day = { ...state.day, unpricedCalls: state.day.unpricedCalls + 1 };
  if (reservation.for.kind === 'request') state.routes.set(reservation.for.route, bookRoute(routeBookOf(state, reservation.for.route), difference));
}

/** Errors for which a provider cannot have taken money. */
const FREE_ERRORS: ReadonlySet<string> = new Set(['overloaded', 'unreachable', 'unauthorised', 'rate-limited']);
/** Errors for which nobody was asked. */
const UNASKED_ERRORS: ReadonlySet<string> = new Set(['overloaded', 'unreachable']);

/** Where the cost of an ask is not known, it is the worst case. */
function costOf(outcome: JudgeOutcome, mostUsd: number): { readonly usd: number; readonly calls: number } {
  if (outcome.kind === 'judged') return { usd: outcome.costUsd ?? mostUsd, calls: outcome.cached ? 0 : 1 };
  if (outcome.kind === 'excluded') return { usd: outcome.costUsd ?? 0, calls: (outcome.costUsd ?? 0) > 0 ? 1 : 0 };
  return { usd: outcome.costUsd ?? (FREE_ERRORS.has(outcome.reason) ? 0 : mostUsd), calls: UNASKED_ERRORS.has(outcome.reason) ? 0 : 1 };
}

function noteAboutJudge(state: JudgeState, { reservation, outcome }: FinishedAsk): void {
  const asked = reservation.for;
  const hasAnswered = answered(outcome);
  if (hasAnswered !== undefined) state.health = noteAnswer(state.health, hasAnswered);
  if (hasAnswered === false && outcome.kind === 'error') state.health = { ...state.health, lastError: outcome.reason };
  const identity = identityOf(outcome);
  if (asked.kind === 'anchor') {
    const anchor = anchorById(asked.item);
    if (anchor !== undefined) state.anchors = noteVerdict(state.anchors, anchor.id, verdictOn(anchor, outcome), identity);
    return;
  }
  if (identity !== undefined) state.anchors = noteIdentity(state.anchors, identity);
  if (asked.kind !== 'control') return;
  const control = CONTROL_ITEMS.find(({ id }) => id === asked.item);
  const isRight = control === undefined ? undefined : isRightAbout(control, outcome);
  if (isRight !== undefined) state.health = noteControl(state.health, isRight);
}

/** Who answered, as far as the provider says it. */
function identityOf(outcome: JudgeOutcome): string | undefined {
  if (outcome.kind !== 'judged' || outcome.cached) return undefined;
  const { responseModel, fingerprint } = outcome;
  return responseModel === undefined && fingerprint === undefined ? undefined : JSON.stringify([responseModel ?? '', fingerprint ?? '']);
}
