import type { FinishReason } from '@understudy/contracts/call';
import type { Expectations } from '@understudy/contracts/policy-route-parts';
import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import { ALL_HEURISTICS } from './all-heuristics.ts';
import type { Answer, ToolCall, ToolDefinition } from './answer.ts';
import { error } from './error.ts';
import { type EndingFacts, endingOf } from './failure.ts';
import type { Finding, Heuristic } from './heuristic.ts';
import { timeout } from './timeout.ts';
import type { ValueMemory } from './value-memory.ts';

/** What is known of one call. Unknown is undefined; `Answer` says what each means. */
export interface CallFacts extends EndingFacts {
  readonly outputText: string | undefined;
  readonly finishReason: FinishReason;
  readonly hasToolCalls: boolean;
  readonly durationMs: number | undefined;
  readonly outputTokens: number | undefined;
  readonly costUsd: number | undefined;
  readonly inputText?: string | undefined;
  readonly questionText?: string | undefined;
  readonly systemText?: string | undefined;
  readonly toolText?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
  readonly toolDefinitions?: readonly ToolDefinition[] | undefined;
  readonly previousToolCalls?: readonly ToolCall[] | undefined;
  readonly inputTokens?: number | undefined;
  readonly inputCharacters?: number | undefined;
  readonly firstChunkMs?: number | undefined;
  readonly wantsJson?: boolean | undefined;
  /** Project, route and target, so that answers are compared with those of the same one. */
  readonly series?: string | undefined;
}

/** What a caller with a policy knows beside the call. */
export interface ScoreContext {
  readonly expect?: Expectations | undefined;
  /** Values of earlier answers (`value_share`). Without it that signal is not known. */
  readonly memory?: ValueMemory | undefined;
  readonly custom?: readonly Heuristic[] | undefined;
}

export interface ScoredCall {
  readonly signals: SignalValues;
  /** Reasons for people, of a fixed set. */
  readonly flags: string[];
}

const NO_CONTEXT: ScoreContext = {};
const NO_EXPECTATIONS: Expectations = {};

/** The heuristics of one call. A failed call has no answer, so it has no signals of content, speed or cost: it would pull their baselines. */
export function scoreCall(facts: CallFacts, context: ScoreContext = NO_CONTEXT): ScoredCall {
  const ending = endingOf(facts);
  const signals: SignalValues = {};
  setKnown(signals, 'error', error(ending));
  setKnown(signals, 'timeout', timeout(ending));
  if (ending === 'withheld') return { signals: { refusal: 1 }, flags: ['refusal:content-filter'] };
  if (ending !== 'answered') return { signals, flags: [`error:${ending}`] };
  const flags: string[] = [];
  const answer = answerOf(facts, context);
  for (const heuristic of ALL_HEURISTICS) note(heuristic.signal, heuristic.score(answer), signals, flags);
  if (context.custom !== undefined) for (const heuristic of context.custom) note(heuristic.signal, heuristic.score(answer), signals, flags);
  return { signals, flags };
}

function note(signal: SignalName, finding: Finding | undefined, signals: SignalValues, flags: string[]): void {
  if (finding === undefined) return;
  signals[signal] = finding.score;
  if (finding.flags !== undefined) for (const flag of finding.flags) flags.push(flag);
}

/** Field by field, so that every answer has the same shape. */
function answerOf(facts: CallFacts, { expect, memory }: ScoreContext): Answer {
  return {
    text: facts.outputText, finishReason: facts.finishReason, hasToolCalls: facts.hasToolCalls, outputTokens: facts.outputTokens, durationMs: facts.durationMs, costUsd: facts.costUsd,
    inputText: facts.inputText, questionText: facts.questionText, systemText: facts.systemText, toolText: facts.toolText,
    toolCalls: facts.toolCalls, toolDefinitions: facts.toolDefinitions, previousToolCalls: facts.previousToolCalls,
    inputTokens: facts.inputTokens, inputCharacters: facts.inputCharacters, firstChunkMs: facts.firstChunkMs, wantsJson: facts.wantsJson,
    expect: expect ?? NO_EXPECTATIONS,
    previousValues: facts.series === undefined || facts.outputText === undefined ? undefined : memory?.pairWith(facts.series, facts.outputText),
  };
}

function setKnown(signals: SignalValues, name: SignalName, value: number | undefined): void {
  if (value !== undefined) signals[name] = value;
}
