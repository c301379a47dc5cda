import { seededRandom } from '../seeded-random.ts';
import { type Fault, faultsOf, type JudgedCall } from './faults.ts';
import type { JudgePrompt } from './judge-prompt.ts';

type CheckAnswer = 'yes' | 'no' | 'na';

/** No judge is perfect: of so many texts it says the opposite of what it sees, of the same text every time. */
const MISTAKEN_SHARE = 0.03;
/** Which questions a fault is a no to, by their words. */
const CONCERNS: Readonly<Record<Fault['kind'], RegExp>> = {
  empty: /./,
  hostile: /./,
  refused: /refus|address|deal with|everything|complete|next|label|decision|task|missing|field|main/i,
  cut: /everything|complete|whole|readable|coheren|task|missing/i,
  loops: /readable|coheren|loop|complete|syntax/i,
  false: /ground|backed|false|claim|contradict|correct|fact|source|value|sense|distort|fit|best|right|rules/i,
  'off-topic': /address|deal with|asked|label|ground|backed|fact|claim|source|next|main|summary|rules|everything|field|task/i,
};
const TEXTS: Readonly<Record<Fault['kind'], string>> = {
  empty: 'The answer is empty.', hostile: 'It talks to the grader', refused: 'It refuses', cut: 'It is not whole', loops: 'It repeats itself',
  false: 'The given text says otherwise, or does not say so', 'off-topic': 'It is about something else',
};

export interface Verdict {
  readonly nonce: string;
  readonly reasoning: string;
  readonly checks: Readonly<Record<string, CheckAnswer>>;
}

/** The verdict on what the prompt shows; nothing else is known here. */
export function verdictOn({ nonce, call, checks }: JudgePrompt): Verdict {
  const faults = mistaken(call) ? turned(faultsOf(call)) : faultsOf(call);
  const answers = checks.map(({ name, question }) => [name, answerTo(`${name} ${question}`, call, faults)] as const);
  return { nonce, reasoning: reasoningOf(faults), checks: Object.fromEntries(answers) };
}

function answerTo(question: string, { system }: JudgedCall, faults: readonly Fault[]): CheckAnswer {
  if (faults.some(({ kind }) => CONCERNS[kind].test(question))) return 'no';
  // Nobody set rules that could be kept to.
  return system === '' && /rules that the system prompt/.test(question) ? 'na' : 'yes';
}

function mistaken({ system, input, output }: JudgedCall): boolean {
  return seededRandom('mistake', system, input, output).chance(MISTAKEN_SHARE);
}

function turned(faults: readonly Fault[]): readonly Fault[] {
  return faults.length > 0 ? [] : [{ kind: 'false', words: '' }];
}

function reasoningOf(faults: readonly Fault[]): string {
  if (faults.length === 0) return 'It answers what was asked, to the end, and agrees with the given text.';
  return faults.map(({ kind, words }) => (words === '' ? TEXTS[kind] : `${TEXTS[kind]}: ${JSON.stringify(words.slice(0, 120))}`)).join(' ').slice(0, 400);
}
