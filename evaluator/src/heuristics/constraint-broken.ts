import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';

const MISSES = bad('constraint:contains');
const HOLDS_EXCLUDED = bad('constraint:excludes');
const TOO_SHORT = bad('constraint:too-short');
const TOO_LONG = bad('constraint:too-long');

/** 1 when an answer breaks a rule that the policy of its route states: texts that it has to contain or must not (letter by letter), its least and most characters. Exact; without such a rule not known. */
export const constraintBroken: Heuristic = {
  signal: 'constraint_broken',
  version: 1,
  score: ({ text, hasToolCalls, expect }): Finding | undefined => {
    const { contains, excludes, minCharacters, maxCharacters } = expect;
    if (contains === undefined && excludes === undefined && minCharacters === undefined && maxCharacters === undefined) return undefined;
    if (text === undefined || (text === '' && hasToolCalls)) return undefined;
    if (minCharacters !== undefined && text.length < minCharacters) return TOO_SHORT;
    if (maxCharacters !== undefined && text.length > maxCharacters) return TOO_LONG;
    if (contains?.some((wanted) => !text.includes(wanted))) return MISSES;
    return excludes?.some((unwanted) => text.includes(unwanted)) ? HOLDS_EXCLUDED : GOOD;
  },
};
