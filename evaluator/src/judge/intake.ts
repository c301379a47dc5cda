import { TOPICS } from '@understudy/contracts/topics';
import { deadLetter } from '../roles/dead-letter.ts';
import { isQuarantined } from './health.ts';
import { isUrgent, TOO_LATE_MS } from './hygiene.ts';
import { type JudgeTurn, refusalOf, skip } from './judge-turn.ts';
import type { RequestRecord } from './request-reader.ts';

/** Requests that wait for their turn outside the topic. */
const MOST_WAITING = 200;
/** Requests that one turn looks at: bounds what it writes. */
const MOST_LOOKED_AT = 400;

/** Moves the cursor over what was drawn, while there is room for what has to wait. */
export async function lookAtNew(turn: JudgeTurn): Promise<void> {
  for (let looked = 0; looked < MOST_LOOKED_AT && turn.state.waiting.length < MOST_WAITING;) {
    const record = await turn.reader.head(turn.partition);
    if (record === undefined) return;
    looked += lookAtRecord(turn, record, MOST_LOOKED_AT - looked);
  }
}

/** Returns how many it has looked at, at least one. */
function lookAtRecord(turn: JudgeTurn, { offset, batch, bytes }: RequestRecord, most: number): number {
  const { state } = turn;
  const first = state.cursor.offset === offset ? state.cursor.index : 0;
  if (batch === undefined) turn.out.add(deadLetter({ topic: TOPICS.judgeRequests.name, partition: turn.partition, offset, errorClass: 'InvalidRequests', attempts: 1, bytes }));
  const waiting = [...state.waiting];
  let index = first;
  for (const request of (batch?.requests ?? []).slice(first, first + most)) {
    if (waiting.length >= MOST_WAITING) break;
    const placed = { project: batch?.project ?? '', request };
    const refusal = refusalOf(turn, placed);
    if (refusal === undefined) waiting.push({ offset, index, urgent: isUrgent(request), receivedAtMs: request.receivedAtMs });
    else skip(turn, placed, refusal);
    index++;
  }
  state.waiting = waiting;
  const isDone = index >= (batch?.requests.length ?? 0);
  state.cursor = isDone ? { offset: offset + 1, index: 0 } : { offset, index };
  if (isDone) turn.reader.dropHead();
  return Math.max(1, index - first);
}

/** Skips what has waited too long, and everything while there is no judge that is believed. */
export async function skipHopeless(turn: JudgeTurn): Promise<void> {
  const { state, nowMs } = turn;
  const noHope = turn.judge === undefined || isQuarantined(state.health);
  const hopeless = new Set(state.waiting.filter(({ receivedAtMs }) => noHope || nowMs - receivedAtMs > TOO_LATE_MS));
  if (hopeless.size === 0) return;
  state.waiting = state.waiting.filter((request) => !hopeless.has(request));
  for (const { offset, index } of hopeless) {
    const placed = await turn.reader.at(turn.partition, offset, index);
    if (placed !== undefined) skip(turn, placed, refusalOf(turn, placed) ?? 'off');
  }
}
