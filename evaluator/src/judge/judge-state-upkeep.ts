import { anchorsKey, putBack, underKey } from './anchors-run.ts';
import { type JudgeState, newDay, newHealth, type RouteBook, utcDay, type WaitingRequest } from './judge-state.ts';
import { FORGOTTEN_MS } from './session-votes.ts';

/** What was under way when its owner ended: it counts as spent, and waits to be reserved anew. */
export function takeBackReservations(state: JudgeState): void {
  const again: WaitingRequest[] = [];
  for (const { for: asked, urgent } of state.reserved) {
    if (asked.kind === 'request') again.push({ offset: asked.offset, index: asked.index, urgent, receivedAtMs: asked.receivedAtMs, hasVoted: true });
    if (asked.kind === 'anchor') state.anchors = putBack(state.anchors, asked.item);
  }
  state.reserved = [];
  state.waiting = [...again, ...state.waiting];
}

/** A new day (UTC) begins with nothing spent; routes that nothing is to be remembered of are forgotten. */
export function startDay(state: JudgeState, nowMs: number): void {
  const day = utcDay(nowMs);
  if (state.day.day === day) return;
  state.day = newDay(day);
  for (const [route, book] of state.routes) if (isForgotten(book, day, nowMs)) state.routes.delete(route);
}

function isForgotten({ day, votes }: RouteBook, today: string, nowMs: number): boolean {
  return day !== today && !votes.some(([, atMs]) => nowMs - atMs < FORGOTTEN_MS);
}

/** What is known is known of one judge: another model begins anew. */
export function useModel(state: JudgeState, model: string): void {
  state.anchors = underKey(state.anchors, anchorsKey(model));
  if (state.health.model === model) return;
  const { told } = state.health;
  state.health = { ...newHealth(model), ...(told === undefined ? {} : { told }) };
}
