import { constraintBroken } from './constraint-broken.ts';
import type { Heuristic } from './heuristic.ts';
import { inputTokensPerChar } from './input-tokens-per-char.ts';
import { jsonInvalid } from './json-invalid.ts';
import { opener } from './opener.ts';
import { repeatedToolCalls } from './repeated-tool-calls.ts';
import { bullets, fence, heading } from './shape-heuristics.ts';
import { timeToFirstChunk } from './time-to-first-chunk.ts';
import { toolCallInvalid } from './tool-call-invalid.ts';
import { ungrounded } from './ungrounded.ts';
import { valueShare } from './value-share.ts';
import { irrelevance, unsupported } from './word-overlap.ts';

/** What an answer's form, its tools and its prompt say of it. */
export const STRUCTURE_HEURISTICS: readonly Heuristic[] = [
  timeToFirstChunk, jsonInvalid, toolCallInvalid, repeatedToolCalls, constraintBroken, fence, heading, bullets, opener, irrelevance, unsupported, ungrounded, valueShare, inputTokensPerChar,
];
