import { BASIC_HEURISTICS } from './basic-heuristics.ts';
import type { Heuristic } from './heuristic.ts';
import { STRUCTURE_HEURISTICS } from './structure-heuristics.ts';
import { TEXT_HEURISTICS } from './text-heuristics.ts';

/** Every built-in heuristic of an answer, in the order of their flags. */
export const ALL_HEURISTICS: readonly Heuristic[] = [
  ...BASIC_HEURISTICS,
  ...TEXT_HEURISTICS,
  ...STRUCTURE_HEURISTICS,
];
