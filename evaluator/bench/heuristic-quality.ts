// How well heuristics agree with people's labels, with known limits and with what was made on purpose. The bench prints it, a test guards it.
import type { SignalName } from '@understudy/contracts/signal';
import { ALL_HEURISTICS } from '../src/heuristics/all-heuristics.ts';
import type { Answer } from '../src/heuristics/answer.ts';
import { PARAGRAPHS } from '../src/heuristics/languages.fixture.ts';
import { refusal } from '../src/heuristics/refusal.ts';
import { UNKNOWN_ANSWER } from '../src/heuristics/unknown-answer.ts';
import { corruptText, RANDOM_IDS, seededRandom, WRONG_IDS } from './corrupt-text.ts';
import { type LabelledAnswer, llmDrift, XSTEST_MODELS, xstest } from './labelled-data.ts';
import { LOOPS } from './make-loops.ts';
import { ORDINARY_ANSWERS } from './ordinary-answers.ts';
import { trainRefusalModel } from './refusal-training.ts';
import { trainingAnswers } from './training-answers.ts';

/** `events` of `calls`, to be at least or at most `goal`; without a goal it is for information. */
export interface QualityRow {
  readonly signal: SignalName;
  readonly what: string;
  readonly events: number;
  readonly calls: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

interface Judged { readonly said: boolean; readonly is: boolean }

/** Characters that an answer has to have so that a loop or a corruption can be made of it; the long ones are those of about 200 pieces that the model of corruption is about. */
const LEAST_MADE = 300;
const LONG = 700;

function said(signal: SignalName, known: Partial<Answer>): number | undefined {
  return ALL_HEURISTICS.find((heuristic) => heuristic.signal === signal)?.score({ ...UNKNOWN_ANSWER, ...known })?.score;
}

function precision(signal: SignalName, what: string, judged: readonly Judged[], atLeast?: number): QualityRow {
  const flagged = judged.filter((row) => row.said);
  return { signal, what: `precision, ${what}`, events: flagged.filter((row) => row.is).length, calls: flagged.length, atLeast };
}

function recall(signal: SignalName, what: string, judged: readonly Judged[], atLeast?: number): QualityRow {
  const positive = judged.filter((row) => row.is);
  return { signal, what: `recall, ${what}`, events: positive.filter((row) => row.said).length, calls: positive.length, atLeast };
}

/** Flagged among answers that are known to be fine. */
function falseAlarms(signal: SignalName, what: string, answers: readonly Partial<Answer>[], atMost?: number): QualityRow {
  return { signal, what: `false alarms, ${what}`, events: answers.filter((answer) => said(signal, answer) === 1).length, calls: answers.length, atMost };
}

function found(signal: SignalName, what: string, answers: readonly Partial<Answer>[], atLeast?: number): QualityRow {
  return { signal, what: `found, ${what}`, events: answers.filter((answer) => said(signal, answer) === 1).length, calls: answers.length, atLeast };
}

const asSent = ({ text, prompt }: LabelledAnswer): Partial<Answer> => ({ text, questionText: prompt, inputText: prompt });

/** Each file by a classifier that has not seen it. */
export function refusalQuality(): QualityRow[] {
  const judgedOf = (answers: readonly LabelledAnswer[]): Judged[] => {
    const model = trainRefusalModel(trainingAnswers(answers[0]?.file));
    return answers.map(({ text, isRefusal }) => ({ said: refusal({ ...UNKNOWN_ANSWER, text }, model) === 1, is: isRefusal === true }));
  };
  const files = XSTEST_MODELS.map((model) => ({ model, judged: judgedOf(xstest(model)) }));
  const pooled = files.flatMap(({ judged }) => judged);
  const sensitive = judgedOf(llmDrift('SENSITIVEQ'));
  const others = [llmDrift('LEETCODE_EASY'), llmDrift('PRIME_FULL'), ORDINARY_ANSWERS].map((answers) => ({ name: answers[0]?.file, judged: judgedOf(answers) }));
  return [
    ...files.flatMap(({ model, judged }) => [precision('refusal', `XSTest ${model}, left out`, judged), recall('refusal', `XSTest ${model}, left out`, judged)]),
    precision('refusal', 'XSTest pooled, each model left out', pooled, 0.94), recall('refusal', 'XSTest pooled, each model left out', pooled, 0.9),
    precision('refusal', 'LLMDrift sensitive questions, left out', sensitive, 0.97), recall('refusal', 'LLMDrift sensitive questions, left out', sensitive, 0.94),
    ...others.map(({ name, judged }) => ({ signal: 'refusal' as const, what: `false alarms, ${name}, left out`, events: judged.filter((row) => row.said).length, calls: judged.length, atMost: 0.015 })),
  ];
}

export function truncatedQuality(): QualityRow[] {
  // A text that is too short or is bare code has no verdict: it is neither found nor a false alarm.
  const judged = llmDrift('PRIME_FULL').map((row) => ({ said: said('truncated', { text: row.text }) === 1, is: row.isCut === true }));
  return [precision('truncated', 'LLMDrift PRIME_FULL by the text alone', judged, 0.97), recall('truncated', 'LLMDrift PRIME_FULL by the text alone', judged, 0.85)];
}

export function loopQuality(): QualityRow[] {
  const prose = XSTEST_MODELS.flatMap(xstest);
  const long = prose.filter(({ text }) => text.length >= LEAST_MADE);
  const made = Object.entries(LOOPS).map(([kind, loopOf]) => found('loop', kind, long.map(({ text }) => ({ text: loopOf(text) })), 0.99));
  const arithmetic = llmDrift('PRIME_FULL');
  return [falseAlarms('loop', 'XSTest', prose, 0.001), falseAlarms('loop', 'LLMDrift LEETCODE_EASY', llmDrift('LEETCODE_EASY'), 0), falseAlarms('loop', 'LLMDrift PRIME_FULL', arithmetic, 0.015), ...made];
}

export function languageQuality(): QualityRow[] {
  const expect = { languages: ['en'] };
  const prose = XSTEST_MODELS.flatMap(xstest);
  const code = llmDrift('LEETCODE_EASY');
  const sentences = prose.flatMap(({ text }) => text.match(/[^.!?\n]{8,38}[.!?]/g) ?? []).map((sentence) => sentence.trim()).filter((sentence) => sentence.length < 40);
  const foreign = (length: number) => Object.entries(PARAGRAPHS).filter(([language]) => language !== 'en').flatMap(([, text]) => Array.from({ length: Math.floor((text.length - length) / 7) + 1 }, (_, i) => ({ text: text.slice(i * 7, i * 7 + length), expect })));
  return [
    falseAlarms('wrong_language', 'XSTest, the route is English', prose.map(({ text }) => ({ text, expect })), 0.001), falseAlarms('wrong_language', 'XSTest, the language of the question', prose.map(asSent), 0.001),
    falseAlarms('wrong_language', 'LLMDrift LEETCODE_EASY, the route is English', code.map(({ text }) => ({ text, expect })), 0), falseAlarms('wrong_language', 'LLMDrift SENSITIVEQ, the language of the question', llmDrift('SENSITIVEQ').map(asSent), 0.001),
    falseAlarms('wrong_language', 'XSTest as JSON', prose.map(({ text }) => ({ text: JSON.stringify({ answer: text.slice(0, 80), ok: true }), expect })), 0), falseAlarms('wrong_language', 'XSTest, sentences under 40 characters', sentences.map((text) => ({ text, expect })), 0),
    found('wrong_language', '17 languages, 60 characters', foreign(60)), found('wrong_language', '17 languages, 100 characters', foreign(100), 0.99),
  ];
}

export function characterQuality(): QualityRow[] {
  const answers = [...XSTEST_MODELS.flatMap(xstest), ...llmDrift('SENSITIVEQ'), ...llmDrift('LEETCODE_EASY'), ...llmDrift('PRIME_FULL')];
  const corrupted = (share: number, model: typeof WRONG_IDS, least: number) => {
    const random = seededRandom(1);
    return XSTEST_MODELS.flatMap(xstest).filter(({ text }) => text.length >= least).map((row) => ({ ...asSent(row), text: corruptText(row.text, share, model, random) }));
  };
  return [
    falseAlarms('unexpected_script', 'XSTest and LLMDrift', answers.map(asSent), 0), falseAlarms('broken_characters', 'XSTest and LLMDrift', answers.map(asSent), 0),
    found('unexpected_script', '3 % wrong ids, 700 characters and more', corrupted(0.03, WRONG_IDS, LONG), 0.7), found('unexpected_script', '10 % wrong ids, 700 characters and more', corrupted(0.1, WRONG_IDS, LONG), 0.95),
    found('unexpected_script', '3 % random ids, 700 characters and more', corrupted(0.03, RANDOM_IDS, LONG), 0.7), found('unexpected_script', '10 % random ids, 700 characters and more', corrupted(0.1, RANDOM_IDS, LONG), 0.95),
    found('unexpected_script', '3 % wrong ids, 300 characters and more', corrupted(0.03, WRONG_IDS, LEAST_MADE)), found('unexpected_script', '10 % wrong ids, 300 characters and more', corrupted(0.1, WRONG_IDS, LEAST_MADE)),
    found('broken_characters', '3 % wrong ids, 700 characters and more', corrupted(0.03, WRONG_IDS, LONG)), found('broken_characters', '10 % wrong ids, 700 characters and more', corrupted(0.1, WRONG_IDS, LONG)), found('broken_characters', '30 % wrong ids, 300 characters and more', corrupted(0.3, WRONG_IDS, LEAST_MADE), 0.95),
  ];
}

export function wordingQuality(): QualityRow[] {
  const prose = XSTEST_MODELS.flatMap(xstest);
  const code = llmDrift('LEETCODE_EASY');
  return [falseAlarms('lazy', 'XSTest', prose, 0.005), falseAlarms('lazy', 'LLMDrift LEETCODE_EASY', code, 0), falseAlarms('hedge', 'XSTest (base rate)', prose, 0.05), falseAlarms('hedge', 'LLMDrift SENSITIVEQ (base rate)', llmDrift('SENSITIVEQ'), 0.05)];
}
