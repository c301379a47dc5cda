/** Deeper JSON is no verdict, and not worth a parser's time. */
const MOST_DEPTH = 16;
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/** Whether any object of the JSON, which has to be valid, has the same key twice: `JSON.parse` silently takes the last. */
export function hasDuplicateKey(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (/^\s*:/.test(json.slice(index + token.length, index + token.length + 50))) {
      const keys = open.at(-1);
      const key = JSON.parse(token) as string;
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
  }
  return false;
}

export interface ObjectText {
  readonly text: string;
  /** The text ended before the object did; `text` was closed with the brackets that were open. */
  readonly closed: boolean;
}

/** The outermost `{…}` of a text, in their order. The last one may be cut off: then it is closed, unless it broke off within a string, whose rest nobody knows. */
export function objectTexts(text: string): ObjectText[] {
  const found: ObjectText[] = [];
  const open: string[] = [];
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (open.length === 0) {
      if (token !== '{') continue;
      start = index;
    }
    follow(open, token);
    if (open.length > MOST_DEPTH) return found;
    if (open.length === 0) found.push({ text: text.slice(start, index + 1), closed: false });
  }
  // What follows the last open object is all of it; an odd quote in it makes it no JSON, and the parser says so.
  if (open.length > 0) found.push({ text: `${text.slice(start).trimEnd().replace(/,$/, '')}${open.toReversed().join('')}`, closed: true });
  return found;
}

/** The brackets that still have to come, after one more token. One that does not fit changes nothing. */
function follow(open: string[], token: string): void {
  if (token === '{') open.push('}');
  else if (token === '[') open.push(']');
  else if (token === open.at(-1)) open.pop();
}
