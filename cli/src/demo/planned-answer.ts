import type { DemoCause } from '@understudy/contracts/demo-event';
import { composeAnswer, composeRefusal, repeatItself } from './answer-text.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { CHARACTERS_PER_TOKEN, promptTokensOf, tokensOf } from './token-count.ts';

export const PRIMARY_MODEL = 'gpt-5';
export const FALLBACK_MODEL = 'gpt-5-mini';
export const MODELS = [PRIMARY_MODEL, FALLBACK_MODEL] as const;
export type DemoModel = (typeof MODELS)[number];

const MS_PER_TOKEN: Readonly<Record<DemoModel, number>> = { 'gpt-5': 1.6, 'gpt-5-mini': 1.1 };
/** Of the logarithm of the time per token, between calls. */
const LATENCY_SIGMA = 0.35;
/** No provider is perfect: this share of healthy answers is refused, and as many are cut. */
const EVERYDAY_SHARE = 0.004;

const REFUSED_SHARE = 0.7;
const CUT_SHARE = 0.7;
const LOOPING_SHARE = 0.7;
const FAILED_SHARE = 0.6;
const WRONG_SHARE = 0.7;
const SLOWER = 5;
/** Tokens of the system prompt that a gateway in front of the model has begun to add. */
const INJECTED_TOKENS = 3_000;

export interface ChatMessage { readonly role: string; readonly content: string }

export interface AnswerPlan {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly durationMs: number;
}
export interface FailurePlan { readonly status: 500 | 503; readonly message: string; readonly durationMs: number }
export type Plan = ({ readonly kind: 'answer' } & AnswerPlan) | ({ readonly kind: 'failure' } & FailurePlan);

export interface PlanRequest {
  readonly seed: number;
  readonly model: DemoModel;
  /** Which request to this model it is, from 0. */
  readonly index: number;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number | undefined;
  readonly cause: DemoCause;
}

/** What the provider will answer, and when: the same for the same request, whatever else is in flight. A cause touches the primary only. */
export function planAnswer(request: PlanRequest): Plan {
  const random = seededRandom(request.seed, request.model, request.index);
  const question = request.messages.findLast((message) => message.role === 'user')?.content ?? '';
  const healthy = composeAnswer(question, random);
  const msPerToken = MS_PER_TOKEN[request.model] * Math.exp(LATENCY_SIGMA * random.normal());
  const everyday = random.next();
  // Drawn from a stream of its own, so that a cause changes what it is about and nothing else.
  const cause = request.model === PRIMARY_MODEL ? request.cause : 'none';
  const caused = seededRandom(request.seed, 'cause', request.index);
  if (cause === 'server-error' && caused.chance(FAILED_SHARE)) {
    return { kind: 'failure', status: caused.chance(0.7) ? 503 : 500, message: 'The server is overloaded or had an error while processing your request.', durationMs: 20 + caused.between(0, 40) };
  }
  // Worded by the same draws as the healthy answer: the same sentences, with false facts in them.
  const wrong = () => composeAnswer(question, seededRandom(request.seed, request.model, request.index), 'wrong');
  const text = textOf({ cause, healthy, wrong }, caused, everyday, random);
  const cut = cutAt(cause, caused, text, everyday, request.maxTokens);
  const completionTokens = tokensOf(cut ?? text);
  return {
    kind: 'answer',
    text: cut ?? text,
    finishReason: cut === undefined ? 'stop' : 'length',
    promptTokens: promptTokensOf(request.messages) + (cause === 'cost' ? INJECTED_TOKENS : 0),
    completionTokens,
    durationMs: completionTokens * msPerToken * (cause === 'slow' ? SLOWER : 1),
  };
}

interface Wording { readonly cause: DemoCause; readonly healthy: string; readonly wrong: () => string }

function textOf({ cause, healthy, wrong }: Wording, caused: SeededRandom, everyday: number, random: SeededRandom): string {
  if (cause === 'refusal' && caused.chance(REFUSED_SHARE)) return composeRefusal(caused);
  if (cause === 'loop' && caused.chance(LOOPING_SHARE)) return repeatItself(healthy, caused);
  if (everyday < EVERYDAY_SHARE) return composeRefusal(random);
  return cause === 'wrong' && caused.chance(WRONG_SHARE) ? wrong() : healthy;
}

/** The text as far as it gets, or undefined when all of it fits. */
function cutAt(cause: DemoCause, caused: SeededRandom, text: string, everyday: number, maxTokens: number | undefined): string | undefined {
  const isCut = (cause === 'truncated' && caused.chance(CUT_SHARE)) || everyday > 1 - EVERYDAY_SHARE;
  const share = isCut ? 0.3 + 0.4 * caused.next() : 1;
  const length = Math.min(Math.floor(text.length * share), Math.floor((maxTokens ?? Number.POSITIVE_INFINITY) * CHARACTERS_PER_TOKEN));
  return length < text.length ? text.slice(0, length) : undefined;
}
