import type { AlertItem, AlertLedger, AlertMessage, Notice, ReceiverLedger, SentAlert } from './alert-state.ts';
import { backoffMs, MOST_WAIT_MS } from './backoff.ts';

/** A receiver that is away for a day has missed what it was to be told. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** A day that passed at once (a clock that jumps, a server that was off) gives nothing up. */
const LEAST_ATTEMPTS = 20;
/** Who says no for good (a wrong address, a revoked key) is asked a few times more: addresses are repaired. */
const MOST_REFUSALS = 5;
const KEPT_DEAD = 20;
const KEPT_SENT = 50;

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** `isFinal`: the receiver will not take it, however often it is sent. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal: boolean; readonly retryAfterMs?: number };

export interface DeliveryResult {
  readonly receiver: string;
  readonly messageId: string;
  readonly outcome: DeliveryOutcome;
}

export interface RecordedResult {
  readonly sent: SentAlert[];
  /** What was given up, for people. */
  readonly said: string[];
}

/** Takes the result of one attempt into the ledger. A result of a message that is not there any more says nothing. */
export function recordResult(ledger: AlertLedger, result: DeliveryResult, nowMs: number, random: () => number): RecordedResult | undefined {
  const receiver = ledger.receivers[result.receiver];
  const message = receiver?.outbox.find(({ id }) => id === result.messageId);
  if (receiver === undefined || message === undefined) return undefined;
  const { outcome } = result;
  if (outcome.kind === 'delivered') {
    // Alertmanager is told again every minute: that is no news.
    const sent = message.change === 'repeated' ? [] : message.items.map(({ incident }) => ({ atMs: nowMs, receiver: result.receiver, change: message.change, incidentId: incident.incidentId }));
    delivered(receiver, message, nowMs);
    ledger.sent = [...ledger.sent, ...sent].slice(-KEPT_SENT);
    return { sent, said: [] };
  }
  failed(receiver, message, outcome, nowMs, random);
  if (message.refusals < MOST_REFUSALS && (message.attempts < LEAST_ATTEMPTS || nowMs - message.createdMs < GIVE_UP_AFTER_MS)) return { sent: [], said: [] };
  giveUp(receiver, message, outcome.reason, nowMs);
  return { sent: [], said: [`alert to ${result.receiver} given up after ${message.attempts} attempts: ${outcome.reason}; GET /v1/alerts, or \`understudy alert list\`, shows it`] };
}

function delivered(receiver: ReceiverLedger, message: AlertMessage, nowMs: number): void {
  Object.assign(receiver, { failuresInARow: 0, notBeforeMs: 0, lastSuccessMs: nowMs });
  receiver.deliveredCount += 1;
  receiver.outbox = receiver.outbox.filter(({ id }) => id !== message.id);
  // It is back: what has waited for it need not wait on. What it has refused does.
  for (const other of receiver.outbox) if (other.refusals === 0) other.nextAttemptMs = Math.min(other.nextAttemptMs, nowMs);
  for (const item of message.items) settle(receiver, message, item, nowMs, (notice) => {
    notice.stage = message.change === 'resolved' ? 'done' : 'open';
    notice.told = { action: item.incident.action, signal: item.incident.signal, target: item.incident.target };
    notice.toldNotes = item.incident.notes?.length ?? 0;
  });
}

function failed(receiver: ReceiverLedger, message: AlertMessage, outcome: Extract<DeliveryOutcome, { kind: 'failed' }>, nowMs: number, random: () => number): void {
  message.attempts += 1;
  receiver.lastFailure = { atMs: nowMs, reason: outcome.reason };
  if (outcome.isFinal) {
    message.refusals += 1;
    message.nextAttemptMs = nowMs + backoffMs(message.refusals, random());
    return;
  }
  receiver.failuresInARow += 1;
  receiver.notBeforeMs = nowMs + Math.max(backoffMs(receiver.failuresInARow, random()), Math.min(outcome.retryAfterMs ?? 0, MOST_WAIT_MS));
  message.nextAttemptMs = receiver.notBeforeMs;
}

function giveUp(receiver: ReceiverLedger, message: AlertMessage, reason: string, nowMs: number): void {
  receiver.outbox = receiver.outbox.filter(({ id }) => id !== message.id);
  receiver.deadCount += 1;
  receiver.dead = [...receiver.dead, { atMs: nowMs, change: message.change, incidentIds: message.items.map(({ incident }) => incident.incidentId), attempts: message.attempts, reason }].slice(-KEPT_DEAD);
  for (const item of message.items) settle(receiver, message, item, nowMs, (notice) => {
    // Who was never told of the beginning is not told of the end.
    if (message.change === 'opened' || message.change === 'resolved') notice.stage = 'done';
  });
}

function settle(receiver: ReceiverLedger, message: AlertMessage, item: AlertItem, nowMs: number, change: (notice: Notice) => void): void {
  const notice = receiver.notices[item.incident.incidentId];
  if (notice === undefined) return;
  if (notice.pending === message.id) notice.pending = undefined;
  notice.toldAtMs = nowMs;
  change(notice);
}
