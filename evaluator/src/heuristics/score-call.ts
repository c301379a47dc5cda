import type { FinishReason } from '@understudy/contracts/call';
import type { SignalValues } from '@understudy/contracts/signal';
import type { Answer } from './answer.ts';
import { costPerCall } from './cost-per-call.ts';
import { empty } from './empty.ts';
import { error } from './error.ts';
import { type EndingFacts, endingOf } from './failure.ts';
import { latencyPerToken } from './latency-per-token.ts';
import { length } from './length.ts';
import { loopKind } from './loop.ts';
import { refusal, refusalFlag } from './refusal.ts';
import { timeout } from './timeout.ts';
import { truncated } from './truncated.ts';

/** What is known of one call. Unknown is undefined. */
export interface CallFacts extends EndingFacts {
  readonly outputText: string | undefined;
  readonly finishReason: FinishReason;
  readonly hasToolCalls: boolean;
  readonly durationMs: number | undefined;
  readonly outputTokens: number | undefined;
  readonly costUsd: number | undefined;
}

export interface ScoredCall {
  readonly signals: SignalValues;
  /** Reasons for people, of a fixed set. */
  readonly flags: string[];
}

/** The heuristics of one call. A failed call has no answer, so it has no signals of content, speed or cost: it would pull their baselines. */
export function scoreCall(facts: CallFacts): ScoredCall {
  const ending = endingOf(facts);
  const signals: SignalValues = {};
  set(signals, 'error', error(ending));
  set(signals, 'timeout', timeout(ending));
  if (ending === 'withheld') return { signals: { refusal: 1 }, flags: ['refusal:content-filter'] };
  if (ending !== 'answered') return { signals, flags: [`error:${ending}`] };
  const flags: string[] = [];
  scoreAnswer({ text: facts.outputText, finishReason: facts.finishReason, hasToolCalls: facts.hasToolCalls, outputTokens: facts.outputTokens, durationMs: facts.durationMs, costUsd: facts.costUsd }, signals, flags);
  return { signals, flags };
}

function scoreAnswer(answer: Answer, signals: SignalValues, flags: string[]): void {
  set(signals, 'empty', empty(answer));
  set(signals, 'truncated', truncated(answer));
  set(signals, 'length', length(answer));
  set(signals, 'latency_per_token', latencyPerToken(answer));
  set(signals, 'cost_per_call', costPerCall(answer));
  set(signals, 'refusal', refusal(answer));
  if (signals.empty === 1) flags.push('empty');
  if (signals.truncated === 1) flags.push(answer.finishReason === 'length' ? 'truncated:limit' : 'truncated:no-end-mark');
  if (signals.refusal === 1) flags.push(refusalFlag(answer) ?? 'refusal');
  if (answer.text === undefined) return;
  const kind = loopKind(answer.text);
  signals.loop = kind === undefined ? 0 : 1;
  if (kind !== undefined) flags.push(`loop:${kind}`);
}

function set(signals: SignalValues, name: keyof SignalValues, value: number | undefined): void {
  if (value !== undefined) signals[name] = value;
}
