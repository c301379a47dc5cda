/**
 * The first balanced object or list in a text that a model wrote around it; where nothing is balanced (a cut answer), from the first bracket to the end. Brackets in strings do
 * not count. Undefined without a bracket. One pass, whatever the text.
 */
export interface ExtractedJson {
  readonly text: string;
  readonly isBalanced: boolean;
}

export function extractJson(text: string): ExtractedJson | undefined {
  const from = firstBracket(text);
  if (from === -1) return undefined;
  const end = balancedEnd(text, from);
  return end === -1 ? { text: text.slice(from), isBalanced: false } : { text: text.slice(from, end), isBalanced: true };
}

const QUOTE = 0x22, BACKSLASH = 0x5c;

function balancedEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else depth += depthChange(code);
    if (depth === 0) return at + 1;
  }
  return -1;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

/** `{` and `[` open, `}` and `]` close. */
function depthChange(code: number): -1 | 0 | 1 {
  if (code === 0x7b || code === 0x5b) return 1;
  return code === 0x7d || code === 0x5d ? -1 : 0;
}

/** An object begins with a name or ends at once; "[1]" and "{smile}" in prose are passed over where an object follows. */
function firstBracket(text: string): number {
  const object = text.search(/\{\s*["'}]/);
  const list = text.search(/\[\s*[[{"\]\-\d]/);
  if (object === -1 || list === -1) return object === -1 && list === -1 ? text.search(/[{[]/) : Math.max(object, list);
  return list < object && /^\[\s*[[{"]/.test(text.slice(list, list + 100)) ? list : object;
}
