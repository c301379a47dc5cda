import { IntTable } from './int-table.ts';
import { firstTokenAfter, hashOfWord, isWord, TOKEN_BUFFERS, type Tokens, tokensOfStart } from './tokens.ts';

/** The commonest words of languages in Latin letters: a few of them in a row are in every text of some length. */
const SMALL_WORDS: Readonly<Record<string, string>> = {
  en: 'the a and of to in is that for it with on as are you be this your have or from can not was at by we if will an they which he she his her their what how where when do does i my me',
  es: 'el la los las de que y en un una es por con para no se lo su del al como más pero sus le ha este sí porque esta entre cuando muy sin sobre',
  fr: 'le la les de des et à en un une du est que qui dans pour pas il elle sur ce plus au ne se par je avec sont vous nous votre cette ou mais',
  de: 'der die das und ist in zu den nicht von sie mit es sich auf ein eine für dem im auch als an werden aus er hat dass wir ich ihr bei oder kann',
  pt: 'o a os as de que e do da em um uma é para com não no na por mais se dos das ao seu sua foi você ou como mas pelo',
  it: 'il la i le di che e un una è per in non si con del della da sono al come più anche lo gli nel alla ma ha o questo',
  nl: 'de het een en van in is dat op te zijn voor met niet aan er om ook als je maar bij uit nog naar kan wordt hij we of',
};
const READ = 300;
const LEAST_WORDS = 12;
/** A language is plain when so large a share of the words are its small words, and at most half as many those of any other. Prose has 30-50 %. */
const LEAST_SHARE = 0.2;

const LANGUAGES = Object.keys(SMALL_WORDS);
/** Counters of all languages in one number, each of 7 bits, so that a word is counted in all of them by one addition. */
const COUNTER = 128;
const MOST_WORDS = COUNTER - 1;
const counters = new Map<number, number>();
for (const [i, language] of LANGUAGES.entries()) {
  for (const word of (SMALL_WORDS[language] ?? '').split(' ')) counters.set(hashOfWord(word), (counters.get(hashOfWord(word)) ?? 0) + COUNTER ** i);
}
const COUNTERS = new IntTable(counters);
const { hashes } = TOKEN_BUFFERS;

/** The language that the small words of the first 300 characters plainly show, for seven languages; undefined otherwise. */
export function plainLanguage(text: string): string | undefined {
  const tokens = tokensOfStart(text, READ);
  // Two heuristics ask it of the same answer.
  if (tokens.language === undefined) tokens.language = languageOfTokens(tokens) ?? '';
  return tokens.language === '' ? undefined : tokens.language;
}

function languageOfTokens(tokens: Tokens): string | undefined {
  const end = firstTokenAfter(tokens, READ);
  let words = 0;
  let counted = 0;
  for (let token = tokens.from; token < end && words < MOST_WORDS; token++) {
    words += isWord(token);
    counted += COUNTERS.get(hashes[token] as number);
  }
  return words < LEAST_WORDS ? undefined : plainest(counted, words);
}

function plainest(counted: number, words: number): string | undefined {
  let most = 0;
  let second = 0;
  let language = 0;
  for (let i = 0, left = counted; i < LANGUAGES.length; i++, left = Math.floor(left / COUNTER)) {
    const count = left % COUNTER;
    if (count > most) {
      second = most;
      most = count;
      language = i;
    } else if (count > second) second = count;
  }
  return most >= LEAST_SHARE * words && second <= most / 2 ? LANGUAGES[language] : undefined;
}

/** Words that are English and nothing else among languages in Latin letters: two of them tell a short question from others, one does after an English system prompt. */
const ENGLISH_ONLY = new IntTable('the and what how where when why who which you your my this that these does did should would could have with from about there please tell give write explain can are it for be get if was has had but not'.split(' ').map((word) => [hashOfWord(word), 1]));

export function isShortEnglish(text: string, systemText: string | undefined): boolean {
  const tokens = tokensOfStart(text, READ);
  const end = firstTokenAfter(tokens, READ);
  let found = 0;
  for (let token = tokens.from; token < end; token++) found += ENGLISH_ONLY.get(hashes[token] as number);
  return found >= 2 || (found === 1 && systemText !== undefined && plainLanguage(systemText) === 'en');
}
