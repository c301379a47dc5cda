import { hashOfWord, hashWords, wordBuffers } from './word-hashes.ts';

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
/** Bit n of a word: it is one of language n. */
const MASKS = new Map<number, number>();
for (const [i, language] of LANGUAGES.entries()) {
  for (const word of (SMALL_WORDS[language] ?? '').split(' ')) MASKS.set(hashOfWord(word), (MASKS.get(hashOfWord(word)) ?? 0) | (1 << i));
}
/** Whether a small word may have such a hash, by its last bits: most words are done here. */
const MAY_BE = new Uint8Array(1 << 12);
for (const hash of MASKS.keys()) MAY_BE[hash & (MAY_BE.length - 1)] = 1;
const counts = new Int32Array(LANGUAGES.length);

/** The language that the small words of the first 300 characters plainly show, for seven languages; undefined otherwise. */
export function plainLanguage(text: string): string | undefined {
  const words = hashWords(text, READ);
  if (words < LEAST_WORDS) return undefined;
  const { hashes } = wordBuffers();
  counts.fill(0);
  for (let i = 0; i < words; i++) {
    const hash = hashes[i] as number;
    const mask = MAY_BE[hash & (MAY_BE.length - 1)] === 1 ? MASKS.get(hash) : undefined;
    if (mask !== undefined) countIn(mask);
  }
  let most = 0;
  for (let i = 1; i < counts.length; i++) if ((counts[i] as number) > (counts[most] as number)) most = i;
  return (counts[most] as number) >= LEAST_SHARE * words && isAlone(most) ? LANGUAGES[most] : undefined;
}

function countIn(mask: number): void {
  for (let i = 0; mask >> i !== 0; i++) counts[i] = (counts[i] as number) + ((mask >> i) & 1);
}

function isAlone(most: number): boolean {
  const limit = (counts[most] as number) / 2;
  for (let i = 0; i < counts.length; i++) if (i !== most && (counts[i] as number) > limit) return false;
  return true;
}

/** Words that are English and nothing else among languages in Latin letters: two of them tell a short question from others, one does after an English system prompt. */
const ENGLISH_ONLY = new Set<number>('the and what how where when why who which you your my this that these does did should would could have with from about there please tell give write explain can are it for be get if was has had but not'.split(' ').map(hashOfWord));

export function isShortEnglish(text: string, systemText: string | undefined): boolean {
  const words = hashWords(text, READ);
  const { hashes } = wordBuffers();
  let found = 0;
  for (let i = 0; i < words; i++) if (ENGLISH_ONLY.has(hashes[i] as number)) found += 1;
  return found >= 2 || (found === 1 && systemText !== undefined && plainLanguage(systemText) === 'en');
}
