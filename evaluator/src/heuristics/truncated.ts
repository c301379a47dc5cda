import type { Answer } from './answer.ts';

/** Titles, single words and short lists end without a mark; below this many characters the text says nothing about a cut. */
const LEAST_CHARACTERS = 40;
/** How much of the end is looked at. */
const TAIL = 200;
const ENDING = /[.!?…;)\]}>|"'”’»`。！？；）】」』।؟\p{Extended_Pictographic}]$/u;
const INDENTED_CODE = /\n(?: {4,}|\t)[ \t]*[^-*•\d\s][^\n]*$/;

/**
 * 1 when the answer was cut off. Exactly that where the provider says why it ended; only where it does not, by the text: an open code block, or no end mark
 * after more than 40 characters. An indented last line that is no item of a list is code outside a block: that has no end mark and says nothing.
 */
export function truncated(answer: Answer): number | undefined {
  if (answer.finishReason !== 'unknown') return answer.finishReason === 'length' ? 1 : 0;
  return answer.hasToolCalls || answer.text === undefined ? undefined : looksCut(answer.text);
}

function looksCut(text: string): number | undefined {
  const tail = text.slice(-TAIL).trimEnd();
  if (text.length <= LEAST_CHARACTERS || tail === '') return undefined;
  if (countOf(text, '```') % 2 === 1) return 1;
  if (INDENTED_CODE.test(tail)) return undefined;
  // Closing emphasis of Markdown is no end mark but may follow one: "**Done.**"
  return ENDING.test(tail.replace(/[*_~]{1,4}$/, '')) ? 0 : 1;
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
