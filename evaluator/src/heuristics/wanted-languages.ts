/** Languages by the words for them, in English and in the language itself, lower case. */
const NAMES: Readonly<Record<string, string>> = {
  english: 'en', anglais: 'en', englisch: 'en', inglés: 'en', inglês: 'en', inglese: 'en', 英语: 'en', 英文: 'en', 英語: 'en',
  french: 'fr', français: 'fr', francés: 'fr', französisch: 'fr', german: 'de', deutsch: 'de', allemand: 'de', alemán: 'de', spanish: 'es', español: 'es', espagnol: 'es', spanisch: 'es', castellano: 'es',
  portuguese: 'pt', português: 'pt', brazilian: 'pt', italian: 'it', italiano: 'it', italienisch: 'it', dutch: 'nl', nederlands: 'nl', swedish: 'sv', danish: 'da', norwegian: 'no', finnish: 'fi', polish: 'pl', czech: 'cs', turkish: 'tr', hungarian: 'hu', romanian: 'ro',
  latin: 'la', indonesian: 'id', malay: 'id', vietnamese: 'vi', filipino: 'tl', tagalog: 'tl', swahili: 'sw', catalan: 'ca', icelandic: 'is', irish: 'ga', welsh: 'cy',
  russian: 'ru', русский: 'ru', 'по-русски': 'ru', ukrainian: 'uk', bulgarian: 'bg', serbian: 'hr', croatian: 'hr', bosnian: 'hr', macedonian: 'mk', greek: 'el',
  chinese: 'zh', mandarin: 'zh', cantonese: 'zh', 中文: 'zh', 汉语: 'zh', pinyin: 'zh', hanzi: 'zh', japanese: 'ja', 日本語: 'ja', kanji: 'ja', hiragana: 'ja', katakana: 'ja', anime: 'ja', manga: 'ja', korean: 'ko', 한국어: 'ko', hangul: 'ko',
  arabic: 'ar', العربية: 'ar', quran: 'ar', persian: 'fa', farsi: 'fa', urdu: 'ur', اردو: 'ur', hebrew: 'he', yiddish: 'he', hindi: 'hi', हिंदी: 'hi', हिन्दी: 'hi', sanskrit: 'hi', marathi: 'mr', nepali: 'ne', bengali: 'bn', বাংলা: 'bn', bangla: 'bn',
  tamil: 'ta', telugu: 'te', kannada: 'kn', malayalam: 'ml', gujarati: 'gu', punjabi: 'pa', sinhala: 'si', thai: 'th', lao: 'lo', khmer: 'km', burmese: 'my', tibetan: 'bo', georgian: 'ka', armenian: 'hy', amharic: 'am', mongolian: 'mn',
};
const NAMED = new RegExp(Object.keys(NAMES).sort((a, b) => b.length - a.length).join('|'), 'g');
/** Asks for another language without saying which, in the languages that ask most. */
const TRANSLATE = /translat|localiz|localis|transliterat|multilingual|multiple languages|other languages?|foreign|übersetz|tradu[cçirz]|перевод|переве[дс]|翻译|翻譯|翻訳|번역|ترجم|अनुवाद|অনুবাদ|vertaal|unicode|alphabet/;

/** What the texts of a request ask for beside their own language. */
export interface WantedLanguages {
  readonly named: ReadonlySet<string>;
  /** A translation, or a language that is not said: anything may come. */
  readonly any: boolean;
}

/** Longest text that is searched, from its start; a longer one may name any language. */
const READ = 20_000;

export function wantedLanguages(texts: readonly (string | undefined)[]): WantedLanguages {
  const named = new Set<string>();
  let any = false;
  for (const text of texts) {
    if (text === undefined) continue;
    const lower = text.slice(0, READ).toLowerCase();
    any ||= text.length > READ || TRANSLATE.test(lower);
    for (const [name] of lower.matchAll(NAMED)) named.add(NAMES[name] as string);
  }
  return { named, any };
}
