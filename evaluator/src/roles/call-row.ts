import { type CallRow, SIGNAL_COLUMNS } from '@understudy/contracts/call';
import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import type { Call } from '../normalise/call-from-span.ts';

/** A sender's clock may be off by so much. Beyond it the time is set to 0, and not to the receive time: a repeat must get the same key as its first copy. */
const MAX_CLOCK_ERROR_MS = 24 * 3_600_000;

/** The stored row of a call: unknown numbers are null, unknown texts empty. Written out column by column: made from lists of names it costs 2 µs more, for every call. */
export function callRow(call: Call, signals: SignalValues, flags: readonly string[], costUsd: number | undefined, receivedAtMs: number): CallRow {
  const started = Math.abs(call.startedAtMs - receivedAtMs) > MAX_CLOCK_ERROR_MS ? 0 : call.startedAtMs;
  return {
    project: call.project, route: call.route, target: call.target, purpose: call.purpose, reason: call.reason,
    trace_id: call.traceId, span_id: call.spanId, attempt: Math.max(0, Math.min(65_535, Math.trunc(call.attempt))),
    received_at: Math.trunc(receivedAtMs), started_at: Math.trunc(started), duration_ms: call.durationMs,
    request_id: orEmpty(call.requestId), instance_id: orEmpty(call.instanceId), conversation_id: orEmpty(call.conversationId), override_version: orEmpty(call.overrideVersion),
    provider: orEmpty(call.provider), request_model: orEmpty(call.requestModel), response_model: orEmpty(call.responseModel), response_id: orEmpty(call.responseId),
    finish_reason: call.finishReason, finish_reason_raw: orEmpty(call.finishReasonRaw), error_type: orEmpty(call.errorType), input: orEmpty(call.inputText), output: orEmpty(call.outputText),
    input_tokens: wholeOrNull(call.inputTokens), output_tokens: wholeOrNull(call.outputTokens), cost_usd: orNull(costUsd), first_chunk_ms: orNull(call.firstChunkMs),
    error: orNull(signals.error), timeout: orNull(signals.timeout), empty: orNull(signals.empty), truncated: orNull(signals.truncated), refusal: orNull(signals.refusal), loop: orNull(signals.loop),
    length: orNull(signals.length), latency_per_token: orNull(signals.latency_per_token), cost_per_call: orNull(signals.cost_per_call),
    scores: furtherScores(signals),
    flags: [...flags],
  };
}

const OWN_COLUMN: ReadonlySet<string> = new Set(SIGNAL_COLUMNS);

/** The signals that have no column of their own; their names are ours or checked by the policy, so that an object may hold them. */
function furtherScores(signals: SignalValues): CallRow['scores'] {
  const scores: CallRow['scores'] = {};
  for (const name in signals) {
    const value = signals[name as SignalName];
    if (value !== undefined && !OWN_COLUMN.has(name)) scores[name as SignalName] = value;
  }
  return scores;
}

function orEmpty(text: string | undefined): string {
  return text ?? '';
}

function orNull(value: number | undefined): number | null {
  return value ?? null;
}

function wholeOrNull(value: number | undefined): number | null {
  return value === undefined || value < 0 || value > Number.MAX_SAFE_INTEGER ? null : Math.round(value);
}
