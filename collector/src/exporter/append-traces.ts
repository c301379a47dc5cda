import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';

/** The JavaScript exporters give up at once when asked to wait longer than what is left of their 10 s. */
const MAX_RETRY_AFTER_SECONDS = 8;

export type ExportOutcome = { readonly kind: 'stored' } | { readonly kind: 'retry'; readonly retryAfterSeconds: number; readonly reason: string };

/** Stores one request as one record without a key; `stored` only when the log has committed it. */
export async function appendTraces(log: Pick<EventLog, 'append'>, value: Uint8Array): Promise<ExportOutcome> {
  try {
    const outcome = await log.append([{ topic: TOPICS.spans.name, value }]);
    if (outcome.kind === 'appended') return { kind: 'stored' };
    return { kind: 'retry', retryAfterSeconds: retryAfterSeconds(outcome.retryAfterMs), reason: outcome.reason };
  } catch (error) {
    // Whatever it is, the sender still has the spans and can send them again.
    return { kind: 'retry', retryAfterSeconds: 2, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(retryAfterMs / 1_000)));
}
