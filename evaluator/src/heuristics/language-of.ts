import { detectedLanguage } from '../language/language-detector.ts';
import { languageByScript } from './language-by-script.ts';
import { plainLanguage } from './small-words.ts';

/** Shorter texts say too little: detectors call a fifth of short English sentences foreign. */
const LEAST_CHARACTERS = 40;
const LEAST_LETTERS = 20;
/** What is read of a text: most are prose from the start, and of others, such as those that open with code, more. Then what of it the detector reads. */
const READ = 400;
const READ_MORE = 2_000;
const DETECTED = 500;
/** Share of marks of code among the characters that are no spaces; prose has 0-1 %, code 5-20 %. */
const MOST_CODE_MARKS = 0.04;

const NOT_PROSE = /```[\s\S]*?(?:```|$)|`[^`\n]{0,200}`|https?:\/\/\S+|\S{1,64}@\S{1,100}/g;
const NOT_LETTERS = /[\d#*_|`]+/g;

/** Of each UTF-16 unit: 1 a letter, 2 a mark of code, 0 anything else. Letters beyond Latin are all taken for letters: only text has them. */
const KINDS = new Uint8Array(0x10000).map((_, unit) => {
  const char = String.fromCharCode(unit);
  if ('{}[]()=<>;/\\|'.includes(char)) return 2;
  return /\p{L}/u.test(char) ? 1 : 0;
});

/** Languages that detectors confuse, and that people understand of each other. */
const FOLDED: Readonly<Record<string, string>> = { ms: 'id', nb: 'no', nn: 'no', sr: 'hr', bs: 'hr' };

export function foldedLanguage(language: string): string {
  return FOLDED[language] ?? language;
}

/** Its prose: undefined for JSON, code and what is too short for a verdict. */
export function proseOf(text: string): string | undefined {
  if (text.length < LEAST_CHARACTERS || /^\s*[{[]/.test(text)) return undefined;
  return proseIn(text.slice(0, READ)) ?? (text.length > READ ? proseIn(text.slice(0, READ_MORE)) : undefined);
}

function proseIn(start: string): string | undefined {
  const prose = start.includes('`') || start.includes('http') || start.includes('@') ? start.replace(NOT_PROSE, ' ').trim() : start;
  return isProse(prose) ? prose : undefined;
}

/** Units of the text under way: reading those of a part of a string is slow. */
const units = new Uint16Array(READ_MORE);
const bytes = Buffer.from(units.buffer);

function isProse(text: string): boolean {
  const end = bytes.write(text, 0, 'utf16le') >> 1;
  let letters = 0;
  let codeMarks = 0;
  for (let i = 0; i < end; i++) {
    const kind = KINDS[units[i] as number] as number;
    letters += kind & 1;
    codeMarks += kind >> 1;
  }
  return text.length >= LEAST_CHARACTERS && letters >= LEAST_LETTERS && codeMarks <= text.length * MOST_CODE_MARKS;
}

/** Folded code of the language of a piece of prose: by its small words or its script where they are plain, else by the detector where it is sure. */
export function languageOf(prose: string): string | undefined {
  const plain = plainLanguage(prose) ?? languageByScript(prose);
  if (plain !== undefined) return plain;
  const detected = detectedLanguage(prose.slice(0, DETECTED).replace(NOT_LETTERS, ' '));
  return detected === undefined ? undefined : foldedLanguage(detected);
}
