import type { BuiltInSignal, SignalValues } from '@understudy/contracts/signal';

/** What an answer in prose with its prompt carries: the other signals need JSON, tools, streams or a judge. */
export const CARRIED: Readonly<Partial<Record<BuiltInSignal, number>>> = {
  error: 0, timeout: 0, empty: 0, truncated: 0, refusal: 0, loop: 0, length: 400, latency_per_token: 0.02, cost_per_call: 0.001,
  wrong_language: 0, unexpected_script: 0, broken_characters: 0, lazy: 0, hedge: 0, fence: 0, heading: 0, bullets: 0, opener: 0, irrelevance: 0.4, unsupported: 0.5, ungrounded: 0, input_tokens_per_char: 0.25,
} satisfies SignalValues;

export const CARRIED_NAMES = Object.keys(CARRIED) as BuiltInSignal[];
