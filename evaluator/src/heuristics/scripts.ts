/** Scripts that are told apart, by their blocks: first and last UTF-16 unit. Latin is no script here: names and code have it in every language. */
const BLOCKS: readonly (readonly [script: string, first: number, last: number])[] = [
  ['Greek', 0x370, 0x3ff], ['Greek', 0x1f00, 0x1fff], ['Cyrillic', 0x400, 0x52f], ['Cyrillic', 0x1c80, 0x1c8f], ['Cyrillic', 0x2de0, 0x2dff], ['Cyrillic', 0xa640, 0xa69f], ['Armenian', 0x531, 0x58f], ['Hebrew', 0x591, 0x5ff],
  ['Arabic', 0x610, 0x61a], ['Arabic', 0x620, 0x65f], ['Arabic', 0x66e, 0x6ff], ['Arabic', 0x750, 0x77f], ['Arabic', 0x8a0, 0x8ff], ['Arabic', 0xfb50, 0xfdfb], ['Arabic', 0xfe70, 0xfefc], ['Syriac', 0x700, 0x74f], ['Thaana', 0x780, 0x7bf],
  ['Devanagari', 0x900, 0x97f], ['Bengali', 0x980, 0x9ff], ['Gurmukhi', 0xa00, 0xa7f], ['Gujarati', 0xa80, 0xaff], ['Oriya', 0xb00, 0xb7f], ['Tamil', 0xb80, 0xbff], ['Telugu', 0xc00, 0xc7f], ['Kannada', 0xc80, 0xcff],
  ['Malayalam', 0xd00, 0xd7f], ['Sinhala', 0xd80, 0xdff], ['Thai', 0xe01, 0xe3a], ['Thai', 0xe40, 0xe4f], ['Lao', 0xe80, 0xeff], ['Tibetan', 0xf00, 0xfff], ['Myanmar', 0x1000, 0x109f], ['Georgian', 0x10a0, 0x10ff],
  ['Hangul', 0x1100, 0x11ff], ['Hangul', 0x3131, 0x318e], ['Hangul', 0xac00, 0xd7a3], ['Ethiopic', 0x1200, 0x139f], ['Cherokee', 0x13a0, 0x13ff], ['Khmer', 0x1780, 0x17ff], ['Mongolian', 0x1820, 0x18af],
  ['Kana', 0x3041, 0x3096], ['Kana', 0x309d, 0x309f], ['Kana', 0x30a1, 0x30fa], ['Kana', 0x30fc, 0x30ff], ['Kana', 0x31f0, 0x31ff], ['Kana', 0xff66, 0xff9d],
  // The last one: the first halves of the rarer Han characters.
  ['Han', 0x3005, 0x3007], ['Han', 0x3105, 0x312f], ['Han', 0x3400, 0x4dbf], ['Han', 0x4e00, 0x9fff], ['Han', 0xf900, 0xfaff], ['Han', 0xd840, 0xd884],
];

export const SCRIPTS: readonly string[] = [...new Set(BLOCKS.map(([script]) => script))];

/** For each UTF-16 unit: 0, or 1 + the index of its script. */
export const SCRIPT_OF_UNIT = new Uint8Array(0x10000);
for (const [script, first, last] of BLOCKS) SCRIPT_OF_UNIT.fill(SCRIPTS.indexOf(script) + 1, first, last + 1);

/** Scripts of languages; of those in Latin letters none. */
const SCRIPTS_OF_LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  ru: ['Cyrillic'], uk: ['Cyrillic'], bg: ['Cyrillic'], mk: ['Cyrillic'], hr: ['Cyrillic'], mn: ['Cyrillic', 'Mongolian'], sr: ['Cyrillic'], be: ['Cyrillic'], kk: ['Cyrillic'], el: ['Greek'], zh: ['Han'], ja: ['Han', 'Kana'], ko: ['Hangul', 'Han'],
  ar: ['Arabic'], fa: ['Arabic'], ur: ['Arabic'], he: ['Hebrew'], hi: ['Devanagari'], mr: ['Devanagari'], ne: ['Devanagari'], bn: ['Bengali'], ta: ['Tamil'], te: ['Telugu'], kn: ['Kannada'], ml: ['Malayalam'], gu: ['Gujarati'],
  pa: ['Gurmukhi', 'Arabic'], si: ['Sinhala'], th: ['Thai'], lo: ['Lao'], km: ['Khmer'], my: ['Myanmar'], bo: ['Tibetan'], ka: ['Georgian'], hy: ['Armenian'], am: ['Ethiopic'],
};

/** Bit n: script n of SCRIPTS. */
export function scriptsOfLanguages(languages: Iterable<string>): number {
  let scripts = 0;
  for (const language of languages) for (const script of SCRIPTS_OF_LANGUAGES[language] ?? []) scripts |= 1 << SCRIPTS.indexOf(script);
  return scripts;
}

/** Scripts of a text, as bits. */
export function scriptsIn(text: string): number {
  let scripts = 0;
  for (let i = 0; i < text.length; i++) {
    const script = SCRIPT_OF_UNIT[text.charCodeAt(i)] as number;
    if (script !== 0) scripts |= 1 << (script - 1);
  }
  return scripts;
}
