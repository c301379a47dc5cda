import { SCRIPT_OF_UNIT, SCRIPTS } from './scripts.ts';

/** Scripts that one language, of those that detectors know, is written in. */
const ONLY_LANGUAGE: Readonly<Record<string, string>> = { Kana: 'ja', Han: 'zh', Hangul: 'ko', Thai: 'th', Bengali: 'bn', Tamil: 'ta', Telugu: 'te', Kannada: 'kn', Malayalam: 'ml', Gujarati: 'gu', Greek: 'el', Georgian: 'ka', Armenian: 'hy' };
const READ = 200;
/** Share of the characters that read which must be of scripts other than Latin. */
const LEAST_SHARE = 0.5;
/** Japanese has a kana in every few characters, Chinese none. */
const LEAST_KANA = 3;

const counts = new Int32Array(SCRIPTS.length + 1);
const KANA = SCRIPTS.indexOf('Kana') + 1;

/** The language that the script of a text shows without any doubt; undefined for Latin, Cyrillic, Arabic, Devanagari and others that languages share. */
export function languageByScript(text: string): string | undefined {
  const end = Math.min(text.length, READ);
  counts.fill(0);
  for (let i = 0; i < end; i++) {
    const script = SCRIPT_OF_UNIT[text.charCodeAt(i)] as number;
    counts[script] = (counts[script] as number) + 1;
  }
  let most = 1;
  for (let i = 2; i < counts.length; i++) if ((counts[i] as number) > (counts[most] as number)) most = i;
  if (SCRIPTS[most - 1] === 'Han' && (counts[KANA] as number) > 0) most = (counts[KANA] as number) >= LEAST_KANA ? KANA : 0;
  const isPlain = end - (counts[0] as number) >= LEAST_SHARE * end;
  return isPlain && most !== 0 ? ONLY_LANGUAGE[SCRIPTS[most - 1] ?? ''] : undefined;
}
