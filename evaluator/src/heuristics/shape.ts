/** The outer form of an answer, by the first marks of its lines. */
export interface Shape {
  readonly hasFence: boolean;
  readonly headings: number;
  readonly listItems: number;
}

/** Lines that are looked at; more say nothing new. */
const MAX_LINES = 2_000;

let lastText = '';
let lastShape: Shape = { hasFence: false, headings: 0, listItems: 0 };

/** Several heuristics ask this of the same answer in a row: the last one is kept. */
export function shapeOf(text: string): Shape {
  if (text === lastText) return lastShape;
  lastShape = measuredShape(text);
  lastText = text;
  return lastShape;
}

/** One pass over the lines. In a block of code a `#` is a comment and a `-` a minus: nothing there is counted. */
function measuredShape(text: string): Shape {
  let hasFence = false;
  let inFence = false;
  let headings = 0;
  let listItems = 0;
  let at = 0;
  for (let line = 0; line < MAX_LINES && at < text.length; line++) {
    const from = afterBlanks(text, at);
    if (isFence(text, from)) {
      hasFence = true;
      inFence = !inFence;
    } else if (!inFence) {
      if (isHeading(text, from)) headings += 1;
      else if (isListItem(text, from)) listItems += 1;
    }
    const next = text.indexOf('\n', from);
    at = next === -1 ? text.length : next + 1;
  }
  return { hasFence, headings, listItems };
}

function afterBlanks(text: string, at: number): number {
  let from = at;
  while (text.charCodeAt(from) === 32 || text.charCodeAt(from) === 9) from += 1;
  return from;
}

function isFence(text: string, from: number): boolean {
  return text.startsWith('```', from) || text.startsWith('~~~', from);
}

/** One to six `#` and a space. */
function isHeading(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 35) at += 1;
  return at > from && at - from <= 6 && text.charCodeAt(at) === 32;
}

/** `-`, `*`, `+`, `•` or one to three digits with `.` or `)`, then a space. */
function isListItem(text: string, from: number): boolean {
  const first = text.charCodeAt(from);
  if (first === 45 || first === 42 || first === 43 || first === 0x2022) return text.charCodeAt(from + 1) === 32;
  let at = from;
  while (isDigit(text.charCodeAt(at)) && at - from < 3) at += 1;
  const mark = text.charCodeAt(at);
  return at > from && (mark === 46 || mark === 41) && text.charCodeAt(at + 1) === 32;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
