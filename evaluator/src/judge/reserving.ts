import { durationMs } from '@understudy/contracts/duration';
import { routePolicyOf } from '@understudy/contracts/policy';
import { ANCHORS, anchorById, itemOfAnchor } from './anchors.ts';
import { anchorsDue, beginRun, endRun, takeAnchor } from './anchors-run.ts';
import { bookDay, bookRoute, budgetRefusal, canAffordAnchors, isSpent, noteRefusal } from './budget.ts';
import { isQuarantined } from './health.ts';
import { isControlDue, itemOfControl, itemOfRequest, nextControl } from './hygiene.ts';
import type { Judge, JudgeItem } from './judge.ts';
import { type AskedFor, routeBookOf, type SkipReason, type WaitingRequest } from './judge-state.ts';
import { type JudgeTurn, type PolicyJudge, refusalOf, skip } from './judge-turn.ts';
import type { PlacedRequest } from './request-reader.ts';
import { mayVote, voterOf, withVote } from './session-votes.ts';

/** Reservations for each place of the judge: enough for judgements that take a quarter of a turn. */
const RESERVED_A_PLACE = 4;
/** A judge that is away or quarantined is asked so often whether it is well again. */
const PROBE_EVERY_MS = 30_000;

/** Reserves budget for what is asked next: anchors, requests, and controls among them. */
export async function reserve(turn: JudgeTurn, by: PolicyJudge): Promise<void> {
  const { state } = turn;
  if (state.health.unreachable || isQuarantined(state.health)) {
    await probe(turn, by);
    return;
  }
  const most = by.policy.concurrency * RESERVED_A_PLACE;
  if (turn.isHome) reserveAnchors(turn, by, most / 2);
  while (state.reserved.length < most && state.waiting.length > 0) {
    const isReserved = await reserveNext(turn, by);
    if (isReserved && isControlDue(by.policy.controlPercent, turn.random())) reserveControl(turn, by, false);
  }
}

/** One ask now and then: the next that waits, else an item whose answer is known. In quarantine only the latter counts. */
async function probe(turn: JudgeTurn, by: PolicyJudge): Promise<void> {
  const { state, nowMs } = turn;
  if (state.reserved.length > 0 || nowMs - state.health.probedAtMs < PROBE_EVERY_MS) return;
  state.health = { ...state.health, probedAtMs: nowMs };
  while (!isQuarantined(state.health) && state.waiting.length > 0) if (await reserveNext(turn, by)) return;
  if (turn.isHome) reserveControl(turn, by, true);
}

/** Takes the next request, the urgent ones first; false when there was no room for it and it was skipped. */
async function reserveNext(turn: JudgeTurn, by: PolicyJudge): Promise<boolean> {
  const { state } = turn;
  const next = state.waiting.find(({ urgent }) => urgent) ?? state.waiting[0];
  if (next === undefined) return false;
  state.waiting = state.waiting.filter((request) => request !== next);
  const placed = await turn.reader.at(turn.partition, next.offset, next.index);
  // Deleted by the retention: nobody served this partition for a day.
  if (placed === undefined) return false;
  const refusal = refusalOf(turn, placed) ?? reserveRequest(turn, by, next, placed);
  if (refusal !== undefined) skip(turn, placed, refusal);
  return refusal === undefined;
}

function reserveRequest(turn: JudgeTurn, { judge }: PolicyJudge, waiting: WaitingRequest, placed: PlacedRequest): SkipReason | undefined {
  const { state, nowMs, policy } = turn;
  const { offset, index, urgent, receivedAtMs, hasVoted } = waiting;
  const { route, conversationId } = placed.request;
  const voter = hasVoted === true ? undefined : voterOf(conversationId);
  if (voter !== undefined && !mayVote(routeBookOf(state, route).votes, voter, nowMs)) return 'session-cap';
  const refusal = take(turn, { for: { kind: 'request', offset, index, route, receivedAtMs }, judge, urgent, item: itemOfRequest(policy, placed.request), placed });
  if (refusal !== undefined) return refusal;
  state.lastAskedAtMs = nowMs;
  const book = routeBookOf(state, route);
  if (voter !== undefined) state.routes.set(route, { ...book, votes: withVote(book.votes, voter, nowMs) });
  return undefined;
}

function reserveControl(turn: JudgeTurn, { judge }: PolicyJudge, urgent: boolean): void {
  const { state } = turn;
  const control = nextControl(state.health.controlsAsked);
  const refusal = take(turn, { for: { kind: 'control', item: control.id }, judge, urgent, item: itemOfControl(control) });
  if (refusal === undefined) state.health = { ...state.health, controlsAsked: state.health.controlsAsked + 1 };
}

/** At most half of the room is theirs: requests go on. */
function reserveAnchors(turn: JudgeTurn, by: PolicyJudge, most: number): void {
  const { state, nowMs } = turn;
  const need = { nowMs, everyMs: durationMs(by.policy.anchorsEvery) ?? Number.POSITIVE_INFINITY, wanted: turn.anchorsWanted, lastAskedAtMs: state.lastAskedAtMs };
  if (!isSpent(by.policy, state.day) && anchorsDue(state.anchors, need)) {
    const isAffordable = canAffordAnchors(by.policy, state.day, wholeRun(by.judge));
    state.anchors = isAffordable ? beginRun(state.anchors, nowMs) : { ...state.anchors, unaffordable: true };
  }
  for (let underWay = anchorsUnderWay(turn); underWay < most; underWay++) {
    const { id, book } = takeAnchor(state.anchors);
    const anchor = id === undefined ? undefined : anchorById(id);
    if (anchor === undefined) return;
    state.anchors = book;
    const refusal = take(turn, { for: { kind: 'anchor', item: anchor.id }, judge: by.judge, urgent: true, item: itemOfAnchor(anchor) });
    if (refusal === undefined) continue;
    state.anchors = endRun(state.anchors, nowMs);
    return;
  }
}

function wholeRun(judge: Judge): { readonly usd: number; readonly calls: number } {
  return { calls: ANCHORS.length, usd: ANCHORS.reduce((sum, anchor) => sum + (judge.mostCostUsd(itemOfAnchor(anchor)) ?? 0), 0) };
}

export function anchorsUnderWay({ state }: Pick<JudgeTurn, 'state'>): number {
  return state.reserved.filter((reservation) => reservation.for.kind === 'anchor').length;
}

interface Wish { readonly for: AskedFor; readonly judge: Judge; readonly item: JudgeItem; readonly urgent: boolean; readonly placed?: PlacedRequest }

/** Books the worst case; or says why there is no room for it. */
function take(turn: JudgeTurn, wish: Wish): SkipReason | undefined {
  const { state, policy } = turn;
  const { judge, item, urgent, placed } = wish;
  const mostUsd = judge.mostCostUsd(item) ?? 0;
  const route = wish.for.kind === 'request' ? wish.for.route : undefined;
  const limits = { day: policy.judge ?? NOTHING, ...(route === undefined ? {} : { route: routePolicyOf(policy, route).judge }) };
  const refusal = budgetRefusal(limits, state.day, route === undefined ? undefined : routeBookOf(state, route), { mostUsd, urgent });
  if (refusal === undefined || refusal === 'budget-day') state.day = noteRefusal(state.day, refusal, mostUsd);
  if (refusal !== undefined) return refusal;
  const booking = { usd: mostUsd, calls: 1, urgent, isAnchor: wish.for.kind === 'anchor' };
  state.day = bookDay(state.day, booking);
  if (route !== undefined) state.routes.set(route, bookRoute(routeBookOf(state, route), booking));
  const reservation = { number: state.nextNumber++, for: wish.for, mostUsd, urgent, day: state.day.day };
  state.reserved = [...state.reserved, reservation];
  turn.prepared.push({ reservation, item, judge, ...(placed === undefined ? {} : { placed }) });
  return undefined;
}

const NOTHING = { usdPerDay: 0, callsPerDay: 0, reservePercent: 0 };
