import type { FinishReason } from '@understudy/contracts/call';

/** Providers' words for why an answer ended, in one vocabulary. */
const KNOWN: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'], ['end_turn', 'stop'], ['stop_sequence', 'stop'], ['complete', 'stop'], ['completed', 'stop'],
  ['length', 'length'], ['max_tokens', 'length'], ['max_output_tokens', 'length'], ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'], ['tool_call', 'tool_calls'], ['function_call', 'tool_calls'], ['tool_use', 'tool_calls'],
  ['content_filter', 'content_filter'], ['safety', 'content_filter'],
  ['refusal', 'refusal'], ['error', 'error'],
]);

export function normaliseFinishReason(raw: string | undefined): FinishReason {
  return (raw === undefined ? undefined : KNOWN.get(raw.toLowerCase().replaceAll('-', '_'))) ?? 'unknown';
}
