/** Where a refusal stands: the first sentences of an answer, without what it only quotes. Bounded, so that everything that reads it is. */
const MAX_READ = 1_000;
const MAX_HEAD = 600;
const SENTENCES = 3;

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]{0,200}`/g;
const QUOTED = /"[^"\n]{0,300}"|«[^»\n]{0,300}»|„[^“”\n]{0,300}[“”]|「[^」\n]{0,300}」/g;
const QUOTED_LINE = /^[ \t]*>.*$/gm;
const MAY_QUOTE = /[`"“«„「>]/;

/** How many characters of the answer its head is made of, at most. */
export function headCharacters(text: string): number {
  const plain = firstSentences(text.slice(0, MAX_HEAD));
  return MAY_QUOTE.test(plain) ? MAX_READ : plain.length;
}

/** Lower-cased, apostrophes and quotes made straight, without emphasis and line breaks. */
export function answerHead(text: string): string {
  const plain = firstSentences(text.slice(0, MAX_HEAD));
  if (!MAY_QUOTE.test(plain)) return smooth(plain);
  return firstSentences(smooth(withoutQuotes(straight(text.slice(0, MAX_READ))))).slice(0, MAX_HEAD);
}

function straight(text: string): string {
  return text.replace(/[‘’ʼ＇“”]/g, (mark) => (mark === '“' || mark === '”' ? '"' : "'"));
}

function smooth(text: string): string {
  return straight(text).toLowerCase().replace(/ ?(?:[*_#\r\n\t]| {2,})+ */g, ' ').trim();
}

/** JSON puts everything into quotes, and an answer that is nothing but a quotation is the model's own answer: there quotes are kept. */
function withoutQuotes(text: string): string {
  const prose = text.replace(CODE, ' ').replace(QUOTED_LINE, ' ');
  if (/^\s*[{[]/.test(prose)) return prose;
  const own = prose.replace(QUOTED, ' ');
  return /\p{L}/u.test(own) ? own : prose;
}

function firstSentences(text: string): string {
  let left = SENTENCES;
  for (let i = 0; i < text.length; i++) {
    if (endsSentence(text, i)) left -= 1;
    if (left === 0) return text.slice(0, i + 1);
  }
  return text;
}

/** "3.5" and "example.com" end nothing; Chinese and Japanese marks need no space after them. */
function endsSentence(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f) return true;
  if (code !== 46 && code !== 33 && code !== 63) return false;
  const next = text.charCodeAt(at + 1);
  return Number.isNaN(next) || next === 32 || next === 10;
}
