import { answerHead, headCharacters, headStart } from './answer-head.ts';
import type { Answer } from './answer.ts';
import { refusalProbability, type RefusalModel } from './refusal-classifier.ts';
import { englishRefusal, isDoubtful, mayBeEnglish } from './refusal-phrases.ts';
import { isReadable, otherRefusal } from './refusal-phrases-other-languages.ts';
import { ELIGIBLE, OTHER_LANGUAGE, refusalWords } from './refusal-words.ts';
import { tokensOf } from './tokens.ts';
import { HAS_BEYOND_ASCII } from './unit-table.ts';

/** From this probability on the wording alone makes a refusal; a doubtful family of phrases needs the lower one. */
const BY_WORDING = 0.65;
const AGREED = 0.45;
/** Characters below which a head is too short for the classifier: there the phrases alone decide. */
const LEAST_CHARACTERS = 60;
/** In JSON the phrases alone decide too. */
const IS_DATA = /^\s*[{[]/;

/**
 * Whether the model refused, by what the provider says (finish reasons `refusal`, `content_filter`) or by the first three sentences: phrases, and for English a small classifier of
 * wordings that no list of phrases has ("It is important to remember that … Instead, …"). A cheap eye: models differ in how they refuse, so only a change of the rate means something.
 */
export function refusal(answer: Answer, model?: RefusalModel): number | undefined {
  if (providerRefused(answer)) return 1;
  if (answer.text === undefined) return undefined;
  const family = familyOf(answer.text, model);
  if (family !== undefined) return 1;
  // Plain ASCII is readable.
  return (tokensOf(answer.text).has & HAS_BEYOND_ASCII) === 0 || isReadable(answerHead(answer.text)) ? 0 : undefined;
}

/** Why `refusal` is 1, for people. */
export function refusalFlag(answer: Answer): string | undefined {
  if (providerRefused(answer)) return `refusal:${answer.finishReason === 'refusal' ? 'provider' : 'content-filter'}`;
  const family = answer.text === undefined ? undefined : familyOf(answer.text);
  return family === undefined ? undefined : `refusal:${family}`;
}

/** Most answers have no words that a refusal needs, and end before anything is searched. */
function familyOf(text: string, model?: RefusalModel): string | undefined {
  const start = headStart(text);
  const words = refusalWords(text, headCharacters(start));
  const mayBe = mayBeEnglish(words) || (words & OTHER_LANGUAGE) !== 0 || ((words & ELIGIBLE) !== 0 && !IS_DATA.test(start)) || (tokensOf(text).has & HAS_BEYOND_ASCII) !== 0;
  return mayBe ? refusalFamily(answerHead(text, start), words, model) : undefined;
}

function providerRefused(answer: Answer): boolean {
  return answer.finishReason === 'refusal' || answer.finishReason === 'content_filter';
}

function refusalFamily(head: string, words: number, model?: RefusalModel): string | undefined {
  const family = englishRefusal(head, words);
  if (family !== undefined && (!isDoubtful(family) || head.length < LEAST_CHARACTERS)) return family;
  if (otherRefusal(head, (words & OTHER_LANGUAGE) !== 0)) return 'other-language';
  if (head.length < LEAST_CHARACTERS || IS_DATA.test(head) || (words & ELIGIBLE) === 0) return undefined;
  const probability = refusalProbability(head, model);
  if (family !== undefined && probability > AGREED) return family;
  return probability > BY_WORDING ? 'wording' : undefined;
}
