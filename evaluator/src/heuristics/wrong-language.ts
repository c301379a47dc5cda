import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { foldedLanguage, languageOf, proseOf } from './language-of.ts';
import { isShortEnglish, plainLanguage } from './small-words.ts';
import { tokensOf } from './tokens.ts';
import { wantedLanguages } from './wanted-languages.ts';

const WRONG = bad('wrong-language');

/**
 * 1 when the answer is in another language than the route's (`expect.languages`), else than the question. Undefined for JSON, code and less than 40 characters of prose, when the
 * language of the question is not known, and when another language came and a language or a translation is asked for.
 */
export const wrongLanguage: Heuristic = { signal: 'wrong_language', version: 2, score };

function score(answer: Answer): Finding | undefined {
  const prose = answer.text === undefined || answer.wantsJson === true || answer.expect.format === 'json' ? undefined : proseOf(answer.text);
  if (prose === undefined) return undefined;
  const ofRoute = answer.expect.languages?.map(foldedLanguage);
  const ofQuestion = ofRoute === undefined && answer.questionText !== undefined ? languageOfQuestion(answer.questionText, answer.systemText) : undefined;
  if (ofRoute === undefined && ofQuestion === undefined) return undefined;
  const language = languageOf(prose);
  if (language === undefined) return undefined;
  if (language === ofQuestion || ofRoute?.includes(language)) return GOOD;
  return ofQuestion !== undefined && asksForAnother(answer, ofQuestion) ? undefined : WRONG;
}

function asksForAnother({ questionText, systemText }: Answer, language: string): boolean {
  const { named, any } = wantedLanguages([questionText, systemText]);
  return any || [...named].some((name) => name !== language);
}

/** Questions are short, and the detector is often wrong about a short text in Latin letters: it is asked about longer ones and other scripts. */
const LEAST_QUESTION = 80;
const OTHER_SCRIPT = /[\u0370-\u1fff\u2e80-\ufaff]{4}/;

function languageOfQuestion(question: string, systemText: string | undefined): string | undefined {
  // All of it, since others ask for all of it next: then its start is among what is kept.
  tokensOf(question);
  const prose = proseOf(question);
  const plain = prose === undefined ? undefined : plainLanguage(prose);
  if (plain !== undefined) return plain;
  if (isShortEnglish(question, systemText)) return 'en';
  return prose !== undefined && (prose.length >= LEAST_QUESTION || OTHER_SCRIPT.test(prose)) ? languageOf(prose) : undefined;
}
