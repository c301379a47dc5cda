import type { Answer } from './answer.ts';
import { costPerCall } from './cost-per-call.ts';
import { empty } from './empty.ts';
import { BAD, bad, type Finding, GOOD, type Heuristic, measured, rated } from './heuristic.ts';
import { latencyPerToken } from './latency-per-token.ts';
import { length } from './length.ts';
import { type LoopKind, loopKind } from './loop.ts';
import { refusal, refusalFlag } from './refusal.ts';
import { truncated } from './truncated.ts';

const EMPTY = bad('empty');
const AT_LIMIT = bad('truncated:limit');
const NO_END_MARK = bad('truncated:no-end-mark');
const LOOPS: Readonly<Record<LoopKind, Finding>> = { tail: bad('loop:tail'), window: bad('loop:window'), counter: bad('loop:counter') };

function refused(answer: Answer): Finding | undefined {
  const score = refusal(answer);
  if (score !== 1) return rated(score, BAD);
  return bad(refusalFlag(answer) ?? 'refusal');
}

function looped({ text }: Answer): Finding | undefined {
  if (text === undefined) return undefined;
  const kind = loopKind(text);
  return kind === undefined ? GOOD : LOOPS[kind];
}

/** What every answer is asked, whatever it is about. */
export const BASIC_HEURISTICS: readonly Heuristic[] = [
  { signal: 'empty', version: 1, score: (answer) => rated(empty(answer), EMPTY) },
  { signal: 'truncated', version: 1, score: (answer) => rated(truncated(answer), answer.finishReason === 'length' ? AT_LIMIT : NO_END_MARK) },
  { signal: 'length', version: 1, score: (answer) => measured(length(answer)) },
  { signal: 'latency_per_token', version: 1, score: (answer) => measured(latencyPerToken(answer)) },
  { signal: 'cost_per_call', version: 1, score: (answer) => measured(costPerCall(answer)) },
  { signal: 'refusal', version: 3, score: refused },
  { signal: 'loop', version: 2, score: looped },
];
