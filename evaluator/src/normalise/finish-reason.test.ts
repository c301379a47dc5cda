import { expect, it } from 'vitest';
import { normaliseFinishReason } from './finish-reason.ts';

it.each([
  ['stop', 'stop'], ['end_turn', 'stop'], ['STOP', 'stop'], ['length', 'length'], ['max_tokens', 'length'], ['MAX_TOKENS', 'length'], ['max_output_tokens', 'length'], ['tool_use', 'tool_calls'], ['tool-calls', 'tool_calls'],
  ['SAFETY', 'content_filter'], ['content-filter', 'content_filter'], ['guardrail_intervened', 'content_filter'], ['refusal', 'refusal'], ['error', 'error'], ['FinishReason.MAX_TOKENS', 'length'],
  ['pause_turn', 'unknown'], ['__proto__', 'unknown'], ['constructor', 'unknown'], [undefined, 'unknown'],
])('%s means %s', (raw, reason) => expect(normaliseFinishReason(raw)).toBe(reason));
