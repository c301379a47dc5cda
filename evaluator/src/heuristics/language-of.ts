import { detectedLanguage } from '../language/language-detector.ts';
import { plainLanguage } from './small-words.ts';

/** Shorter texts say too little: detectors call a fifth of short English sentences foreign. */
const LEAST_CHARACTERS = 40;
const LEAST_LETTERS = 20;
/** What is read of a text, and what of it the detector reads. */
const READ = 1_000;
const DETECTED = 500;
/** Share of marks of code among the characters that are no spaces; prose has 0-1 %, code 5-20 %. */
const MOST_CODE_MARKS = 0.04;

const NOT_PROSE = /```[\s\S]*?(?:```|$)|`[^`\n]{0,200}`|https?:\/\/\S+|\S+@\S+|[\d#*_|]+/g;
const MAY_HAVE_NOT_PROSE = /[`\d#*_|@]|http/;
const CODE_MARK = /[{}[\]()=<>;/\\|]/g;
/** Languages that detectors confuse, and that people understand of each other. */
const FOLDED: Readonly<Record<string, string>> = { ms: 'id', nb: 'no', nn: 'no', sr: 'hr', bs: 'hr' };

export function foldedLanguage(language: string): string {
  return FOLDED[language] ?? language;
}

/** Its prose: undefined for JSON, code and what is too short for a verdict. */
export function proseOf(text: string): string | undefined {
  if (text.length < LEAST_CHARACTERS || /^\s*[{[]/.test(text)) return undefined;
  const start = text.slice(0, READ);
  const prose = MAY_HAVE_NOT_PROSE.test(start) ? start.replace(NOT_PROSE, ' ').replace(/\s+/g, ' ').trim() : start;
  if (prose.length < LEAST_CHARACTERS || (prose.match(CODE_MARK)?.length ?? 0) > prose.length * MOST_CODE_MARKS) return undefined;
  return hasLetters(prose, LEAST_LETTERS) ? prose : undefined;
}

function hasLetters(text: string, least: number): boolean {
  let left = least;
  for (const char of text) {
    const code = char.charCodeAt(0);
    if ((code | 32) >= 97 && (code | 32) <= 122 || (code > 127 && /\p{L}/u.test(char))) left -= 1;
    if (left === 0) return true;
  }
  return false;
}

/** Folded code of the language of a piece of prose: by its small words where they are plain, else by the detector where it is sure. */
export function languageOf(prose: string): string | undefined {
  const plain = plainLanguage(prose);
  if (plain !== undefined) return plain;
  const detected = detectedLanguage(prose.slice(0, DETECTED));
  return detected === undefined ? undefined : foldedLanguage(detected);
}
