import type { FinishReason } from '@understudy/contracts/call';

/** Providers' words for why an answer ended (lower case, `_` for `-`), in one vocabulary. */
const WORDS: Readonly<Record<Exclude<FinishReason, 'unknown'>, readonly string[]>> = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'complete', 'completed', 'end', 'eos', 'eos_token', 'endoftext', 'finished'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'max_length', 'model_length', 'model_context_window_exceeded', 'error_limit'],
  tool_calls: ['tool_calls', 'tool_call', 'function_call', 'tool_use'],
  content_filter: ['content_filter', 'content_filtered', 'safety', 'recitation', 'blocklist', 'prohibited_content', 'spii', 'guardrail_intervened', 'error_toxic'],
  refusal: ['refusal'],
  error: ['error', 'failed', 'malformed_function_call', 'insufficient_system_resource'],
};
const KNOWN: ReadonlyMap<string, FinishReason> = new Map(Object.entries(WORDS).flatMap(([reason, words]) => words.map((word): [string, FinishReason] => [word, reason as FinishReason])));
/** Longest word that is looked up. */
const MAX_WORD = 64;

export function normaliseFinishReason(raw: string | undefined): FinishReason {
  if (raw === undefined || raw.length > MAX_WORD) return 'unknown';
  return KNOWN.get(raw.toLowerCase().replaceAll('-', '_').replace(/^finishreason\./, '')) ?? 'unknown';
}
