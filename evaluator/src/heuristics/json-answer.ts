/** Longest answer that is parsed, characters. */
const MAX_JSON = 262_144;

/** An answer as JSON, strictly: undefined unless the whole text is an object or a list. */
export type JsonAnswer = { readonly value: object } | undefined;

let lastText = '';
let lastAnswer: JsonAnswer;

/** Several heuristics ask this of the same answer in a row: the last one is kept. */
export function jsonAnswer(text: string): JsonAnswer {
  if (text === lastText) return lastAnswer;
  lastAnswer = parsed(text);
  lastText = text;
  return lastAnswer;
}

function parsed(text: string): JsonAnswer {
  if (!looksLikeJson(text) || text.length > MAX_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the first and the last visible character are those of an object or a list; parsing prose would cost an exception. */
function looksLikeJson(text: string): boolean {
  let from = 0;
  let to = text.length - 1;
  while (isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to))) to -= 1;
  const first = text.charCodeAt(from);
  const last = text.charCodeAt(to);
  return (first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
