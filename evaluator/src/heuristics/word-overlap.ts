import type { Answer } from './answer.ts';
import { type Heuristic, measured } from './heuristic.ts';
import { jsonAnswer } from './json-answer.ts';
import { TextWords } from './text-words.ts';
import type { WordSet } from './word-set.ts';

/** With fewer words a share says nothing. */
const LEAST_WORDS = 8;
/** How much of the answer is read, characters: its begin says what it is about, and reading is the cost. */
const MAX_ANSWER = 1_024;

/** Where the question is all that was sent, its words are those of the prompt: nothing is read twice. */
const question = new TextWords();
const prompt = new TextWords();
const answered = new TextWords(MAX_ANSWER);

/**
 * Share of the question's content words that the answer does not take up: answers to another question leave out nearly all of them. A crude measure, to be compared with
 * the route's own past only: on 200 answers to coding exercises (LLMDrift), own against those to another exercise, it has an AUC of .83 (`unsupported` .85); prose does better.
 * Not known for a question of fewer than 8 content words, for JSON, and for scripts whose words are not read (Chinese, Arabic, …).
 */
export const irrelevance: Heuristic = {
  signal: 'irrelevance',
  version: 2,
  score: (answer) => {
    const asked = answer.questionText ?? answer.inputText;
    if (asked === undefined || !isProse(answer)) return undefined;
    const questionWords = question.of(asked);
    if (questionWords.size < LEAST_WORDS) return undefined;
    const words = answered.of(answer.text);
    return words.size === 0 ? undefined : measured(questionWords.lackingIn(words) / questionWords.size);
  },
};

/** Share of the answer's content words that nothing in the prompt contains: it rises when an answer no longer comes from what was given. The same limits. */
export const unsupported: Heuristic = {
  signal: 'unsupported',
  version: 2,
  score: (answer) => {
    if (answer.inputText === undefined || !isProse(answer)) return undefined;
    const words = answered.of(answer.text);
    if (words.size < LEAST_WORDS) return undefined;
    const given = wordsOfPrompt(answer);
    return given.size < LEAST_WORDS ? undefined : measured(words.lackingIn(given) / words.size);
  },
};

function isProse(answer: Answer): answer is Answer & { readonly text: string } {
  return answer.text !== undefined && answer.text !== '' && jsonAnswer(answer.text) === undefined;
}

function wordsOfPrompt({ inputText, questionText, systemText, toolText }: Answer): WordSet {
  const isQuestionOnly = inputText === questionText && systemText === undefined && toolText === undefined;
  return isQuestionOnly && inputText !== undefined ? question.of(inputText) : prompt.of(inputText, systemText, toolText);
}
