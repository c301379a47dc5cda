import type { Answer } from './answer.ts';
import { type Heuristic, measured } from './heuristic.ts';
import { jsonAnswer } from './json-answer.ts';
import { eachNumber, type FoundNumber } from './number-values.ts';

/** With fewer values a share says nothing. */
const LEAST_VALUES = 2;
/** Values of one answer that are checked. */
const MAX_VALUES = 50;
/** Numbers of a prompt that are remembered. */
const MAX_PROMPT_NUMBERS = 20_000;
const MAX_DEPTH = 20;
/** Longer texts in JSON are sentences: of them the numbers are checked. */
const MAX_STRING = 60;

interface Values {
  readonly numbers: FoundNumber[];
  readonly strings: string[];
}

/**
 * Share of the answer's checkable values that the prompt (system, conversation, what tools returned) does not contain: numbers of two digits or with decimals, the parts of
 * dates, and in a JSON answer every short text too. Swapped and invented answers are fluent, of the right form and wrong; on a small model this saw them in 7 to 14 answers.
 * A model may compute a number, so that only a change of the share means something: of answers to sums (LLMDrift, 2,682 with values) half the values are their own. Not known with fewer than two values, or where the prompt is not known as a whole.
 */
export const ungrounded: Heuristic = {
  signal: 'ungrounded',
  version: 1,
  score: (answer) => {
    if (answer.text === undefined || answer.inputText === undefined || answer.inputCharacters === undefined) return undefined;
    const values = valuesOf(answer.text);
    const count = values.numbers.length + values.strings.length;
    return count < LEAST_VALUES ? undefined : measured(missing(values, answer) / count);
  },
};

function valuesOf(text: string): Values {
  const values: Values = { numbers: [], strings: [] };
  const json = jsonAnswer(text)?.value;
  if (json === undefined) collectNumbers(text, values);
  else collectLeaves(json, values, 0);
  return values;
}

function isFull({ numbers, strings }: Values): boolean {
  return numbers.length + strings.length >= MAX_VALUES;
}

function collectNumbers(text: string, values: Values): void {
  eachNumber(text, (number) => {
    if (number.isCheckable) values.numbers.push(number);
    return !isFull(values);
  });
}

function collectLeaves(value: unknown, values: Values, depth: number): void {
  if (depth > MAX_DEPTH || isFull(values)) return;
  if (typeof value === 'string') collectText(value, values);
  else if (typeof value === 'number') collectNumbers(String(value), values);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collectLeaves(inner, values, depth + 1);
}

function collectText(value: string, values: Values): void {
  const text = value.trim();
  if (text.length > MAX_STRING) collectNumbers(text, values);
  else if (/\p{L}/u.test(text)) values.strings.push(smooth(text));
  else collectNumbers(text, values);
}

const RUNS = ['  ', '\n', '\r', '\t', '\u00a0'];

/** Lower case, each run of spaces one space. Most texts have single ones only, which is found out faster than it is replaced. */
function smooth(text: string): string {
  const lower = text.toLowerCase();
  return RUNS.some((run) => lower.includes(run)) ? lower.replace(/\s+/g, ' ') : lower;
}

function missing({ numbers, strings }: Values, answer: Answer): number {
  const texts = [answer.systemText, answer.inputText, answer.toolText].filter((text) => text !== undefined);
  return missingNumbers(numbers, texts) + missingStrings(strings, texts);
}

function missingNumbers(numbers: readonly FoundNumber[], texts: readonly string[]): number {
  if (numbers.length === 0) return 0;
  const known = new Set<string>();
  for (const text of texts) {
    eachNumber(text, ({ forms }) => {
      for (const form of forms) known.add(form);
      return known.size < MAX_PROMPT_NUMBERS;
    });
  }
  return numbers.reduce((count, { forms }) => (forms.some((form) => known.has(form)) ? count : count + 1), 0);
}

function missingStrings(strings: readonly string[], texts: readonly string[]): number {
  if (strings.length === 0) return 0;
  const prompt = smooth(texts.join('\n'));
  return strings.reduce((count, text) => (prompt.includes(text) ? count : count + 1), 0);
}
