import { type Statement, statementsOf } from './statements.ts';

/** Two sentences are about the same when so many of the shorter one's words, and at least two, are in both. */
const SAME_MATTER = 0.55;
const LEAST_SHARED = 2;
/** The one denies the other. */
const OPPOSITES: readonly (readonly [string, string])[] = [['before', 'after'], ['first', 'last'], ['open', 'closed'], ['required', 'optional'], ['free', 'charged'], ['more', 'less'], ['always', 'never'], ['allowed', 'forbidden'], ['included', 'excluded'], ['fixed', 'caused']];
const DENYING_PREFIX = /^(?:un|in|im|dis|non)/;

export interface GivenText { readonly system: string; readonly input: string }

/**
 * The first sentence of an answer that says otherwise than the given text, or undefined. By plain rules: numbers, negations and opposites of the sentence that is
 * about the same; what the system prompt says counts more than what was said in the conversation.
 */
export function contradictionOf(answer: string, { system, input }: GivenText): string | undefined {
  const [rules, said] = [statementsOf(system), statementsOf(input)];
  const known = new Set([...rules, ...said].flatMap(({ numbers }) => numbers));
  return statementsOf(answer).find((statement) => {
    const fact = sameMatter(statement, rules) ?? sameMatter(statement, said);
    return fact === undefined ? statement.numbers.some((number) => !known.has(number)) : contradicts(statement, fact);
  })?.text;
}

function contradicts(statement: Statement, fact: Statement): boolean {
  return !isSubsequence(statement.numbers, fact.numbers) || isTurnedRound(statement, fact) || denies(statement.text, fact.text);
}

function sameMatter(statement: Statement, facts: readonly Statement[]): Statement | undefined {
  let best: { fact: Statement; likeness: number } | undefined;
  for (const fact of facts) {
    const shared = [...statement.words].filter((word) => fact.words.has(word)).length;
    const share = shared / Math.min(statement.words.size, fact.words.size);
    if (shared >= LEAST_SHARED && share >= SAME_MATTER && shared * share > (best?.likeness ?? 0)) best = { fact, likeness: shared * share };
  }
  return best?.fact;
}

/** It negates more than the fact does, or says plainly what the fact negates. */
function isTurnedRound(statement: Statement, fact: Statement): boolean {
  return statement.negations > fact.negations || [...fact.negated].some((word) => statement.words.has(word) && !statement.negated.has(word));
}

/** Whether the numbers stand in the fact in this order; it may have more of them. */
function isSubsequence(numbers: readonly string[], of: readonly string[]): boolean {
  let at = 0;
  for (const number of numbers) {
    at = of.indexOf(number, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function denies(statement: string, fact: string): boolean {
  const [said, given] = [wordsOf(statement), wordsOf(fact)];
  const turned = (one: string, other: string) => given.has(one) && !given.has(other) && said.has(other) && !said.has(one);
  if (OPPOSITES.some(([one, other]) => turned(one, other) || turned(other, one))) return true;
  return [...said].some((word) => !given.has(word) && DENYING_PREFIX.test(word) && given.has(word.replace(DENYING_PREFIX, '')) && !said.has(word.replace(DENYING_PREFIX, '')));
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/\p{L}+/gu));
}
