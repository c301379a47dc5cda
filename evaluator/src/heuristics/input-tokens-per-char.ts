import { type Heuristic, measured } from './heuristic.ts';

/** Below it the tokens that a provider adds by itself (roles, markers) are most of the sum. */
const LEAST_CHARACTERS = 20;

/**
 * Input tokens that the provider billed for each character that was sent (messages, system prompt, tool definitions). A lost system prompt, a cut context, another template
 * or an injected prompt change it though the answer looks fine: on a small model all of them showed within 8 answers. Unknown where a part of the request cannot be counted:
 * images, texts that the sender cut.
 */
export const inputTokensPerChar: Heuristic = {
  signal: 'input_tokens_per_char',
  version: 1,
  score: ({ inputTokens, inputCharacters }) => {
    if (inputTokens === undefined || inputCharacters === undefined || inputCharacters < LEAST_CHARACTERS || !(inputTokens > 0)) return undefined;
    return measured(inputTokens / inputCharacters);
  },
};
