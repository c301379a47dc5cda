import type { AnswerPlan, ChatMessage } from '../planned-answer.ts';
import { promptTokensOf, tokensOf } from '../token-count.ts';
import { readJudgePrompt } from './judge-prompt.ts';
import { verdictOn } from './verdict.ts';

/** The model that judges: neither the primary nor the fallback of the demo's application. */
export const JUDGE_MODEL = 'gpt-5-nano';

const DURATION_MS = 30;
const MS_PER_TOKEN = 0.3;
const NOT_A_JUDGEMENT = 'This model only judges answers: give it questions, a nonce and the judged sections.';

/** What the judge model answers to a request, and when. */
export function planVerdict(messages: readonly ChatMessage[], responseSchema: unknown, maxTokens: number | undefined): AnswerPlan {
  const prompt = readJudgePrompt(messages, responseSchema);
  const whole = prompt === undefined ? NOT_A_JUDGEMENT : JSON.stringify(verdictOn(prompt));
  const isCut = maxTokens !== undefined && tokensOf(whole) > maxTokens;
  const text = isCut ? whole.slice(0, maxTokens * 4) : whole;
  const completionTokens = tokensOf(text);
  return { text, finishReason: isCut ? 'length' : 'stop', promptTokens: promptTokensOf(messages), completionTokens, durationMs: DURATION_MS + completionTokens * MS_PER_TOKEN };
}
