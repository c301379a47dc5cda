/** Where a refusal stands: the first sentences of an answer, without what it only quotes. Bounded, so that everything that reads it is. */
const MAX_READ = 1_000;
const MAX_HEAD = 600;
const SENTENCES = 3;

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]{0,200}`/g;
const QUOTED = /"[^"\n]{0,300}"|«[^»\n]{0,300}»|„[^“”\n]{0,300}[“”]|「[^」\n]{0,300}」/g;
const QUOTED_LINE = /^[ \t]*>.*$/gm;
/** "3.5" and "example.com" end nothing; Chinese and Japanese marks need no space after them. */
const SENTENCE_END = /[.!?](?=[ \n]|$)|[。！？]/g;
/** Most heads have none, which is found out far faster than it is replaced. */
const UNEVEN = /[*_#\r\n\t]| {2}/;
const EMPHASIS_AND_BREAKS = / ?(?:[*_#\r\n\t]| {2,})+ */g;
const MAY_QUOTE = /[`"“«„「>]/;

/** The first sentences as they stand. */
export function headStart(text: string): string {
  return firstSentences(text.slice(0, MAX_HEAD));
}

/** How many characters of the answer its head is made of, at most. */
export function headCharacters(start: string): number {
  return MAY_QUOTE.test(start) ? MAX_READ : start.length;
}

/** Lower-cased, apostrophes and quotes made straight, without emphasis and line breaks. */
export function answerHead(text: string, start: string = headStart(text)): string {
  if (!MAY_QUOTE.test(start)) return smooth(start);
  return firstSentences(smooth(withoutQuotes(straight(text.slice(0, MAX_READ))))).slice(0, MAX_HEAD);
}

function straight(text: string): string {
  return text.replace(/[‘’ʼ＇“”]/g, (mark) => (mark === '“' || mark === '”' ? '"' : "'"));
}

function smooth(text: string): string {
  const lower = straight(text).toLowerCase();
  return (UNEVEN.test(lower) ? lower.replace(EMPHASIS_AND_BREAKS, ' ') : lower).trim();
}

/** JSON puts everything into quotes, and an answer that is nothing but a quotation is the model's own answer: there quotes are kept. */
function withoutQuotes(text: string): string {
  const prose = text.replace(CODE, ' ').replace(QUOTED_LINE, ' ');
  if (/^\s*[{[]/.test(prose)) return prose;
  const own = prose.replace(QUOTED, ' ');
  return /\p{L}/u.test(own) ? own : prose;
}

function firstSentences(text: string): string {
  SENTENCE_END.lastIndex = 0;
  for (let left = SENTENCES; left > 0; left--) if (!SENTENCE_END.test(text)) return text;
  return text.slice(0, SENTENCE_END.lastIndex);
}
