import type { CallRow } from '@understudy/contracts/call';
import { SIGNAL_NAMES, type SignalName, type SignalValues } from '@understudy/contracts/signal';
import type { Call } from '../normalise/call-from-span.ts';

/** A sender's clock may be off by so much. Beyond it the time is set to 0, and not to the receive time: a repeat must get the same key as its first copy. */
const MAX_CLOCK_ERROR_MS = 24 * 3_600_000;

/** The stored row of a call: unknown numbers are null, unknown texts empty. */
export function callRow(call: Call, signals: SignalValues, flags: readonly string[], costUsd: number | undefined, receivedAtMs: number): CallRow {
  const started = Math.abs(call.startedAtMs - receivedAtMs) > MAX_CLOCK_ERROR_MS ? 0 : call.startedAtMs;
  return {
    project: call.project, route: call.route, target: call.target, purpose: call.purpose, reason: call.reason,
    trace_id: call.traceId, span_id: call.spanId, attempt: Math.max(0, Math.min(65_535, Math.trunc(call.attempt))),
    received_at: Math.trunc(receivedAtMs), started_at: Math.trunc(started), duration_ms: call.durationMs,
    finish_reason: call.finishReason,
    ...textColumns(call),
    input_tokens: wholeOrNull(call.inputTokens), output_tokens: wholeOrNull(call.outputTokens), cost_usd: costUsd ?? null, first_chunk_ms: call.firstChunkMs ?? null,
    ...signalColumns(signals),
    flags: [...flags],
  };
}

function textColumns(call: Call) {
  const texts = {
    request_id: call.requestId, instance_id: call.instanceId, conversation_id: call.conversationId, override_version: call.overrideVersion,
    provider: call.provider, request_model: call.requestModel, response_model: call.responseModel, response_id: call.responseId,
    finish_reason_raw: call.finishReasonRaw, error_type: call.errorType, input: call.inputText, output: call.outputText,
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text ?? ''])) as Record<keyof typeof texts, string>;
}

function signalColumns(signals: SignalValues) {
  return Object.fromEntries(SIGNAL_NAMES.map((name) => [name, signals[name] ?? null])) as Record<SignalName, number | null>;
}

function wholeOrNull(value: number | undefined): number | null {
  return value === undefined || value < 0 || value > Number.MAX_SAFE_INTEGER ? null : Math.round(value);
}
