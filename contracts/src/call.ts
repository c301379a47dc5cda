import { z } from 'zod';
import { PURPOSES } from './attributes.ts';
import { signalNameSchema, type SignalName } from './signal.ts';

/** One row of the table `calls`, as JSONEachRow in `llm.calls`. Unknown is null (SQL) and never 0; raw beside normalised. */
export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'refusal', 'error', 'unknown'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

export const callRowSchema = z.object({
  project: z.string(), route: z.string(), target: z.string(), purpose: z.enum(PURPOSES), reason: z.string(),
  trace_id: z.string(), span_id: z.string(), request_id: z.string(), attempt: z.int(), instance_id: z.string(),
  conversation_id: z.string(), override_version: z.string(),
  received_at: z.int(), started_at: z.int(), duration_ms: z.number(),
  provider: z.string(), request_model: z.string(), response_model: z.string(), response_id: z.string(),
  finish_reason: z.string(), finish_reason_raw: z.string(), error_type: z.string(),
  input_tokens: z.number().nullable(), output_tokens: z.number().nullable(), cost_usd: z.number().nullable(), first_chunk_ms: z.number().nullable(),
  error: z.number().nullable(), timeout: z.number().nullable(), empty: z.number().nullable(), truncated: z.number().nullable(),
  refusal: z.number().nullable(), loop: z.number().nullable(), length: z.number().nullable(),
  latency_per_token: z.number().nullable(), cost_per_call: z.number().nullable(),
  /** Every further signal, by name. */
  scores: z.partialRecord(signalNameSchema, z.number()),
  flags: z.array(z.string()), input: z.string(), output: z.string(),
});
export type CallRow = z.infer<typeof callRowSchema>;

/** Signals that have a column of their own; the others are in `scores`. */
export const SIGNAL_COLUMNS: readonly SignalName[] = ['error', 'timeout', 'empty', 'truncated', 'refusal', 'loop', 'length', 'latency_per_token', 'cost_per_call'];
