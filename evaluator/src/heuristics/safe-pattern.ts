/**
 * Patterns of a JSON Schema run over what a model wrote, and a pattern can take time that grows exponentially with its text. Only patterns that cannot are run: no quantified
 * group that itself repeats or has alternatives, no back reference or look-around, and few enough ways to match; and only over short texts. What is not run says nothing: such
 * a text passes.
 */
const MAX_PATTERN = 300;
const MAX_TEXT = 128;
/** Ways in which a pattern may be tried on a text; some ms. */
const MAX_WAYS = MAX_TEXT ** 3;

export interface Pattern {
  test(text: string): boolean;
  /** Tells patterns apart: ajv keeps them by it. */
  toString(): string;
}

/** In place of `new RegExp(source, flags)`. Throws for what is no pattern. */
export function safePattern(source: string, flags: string): Pattern {
  const pattern = compiled(source, flags);
  const isRun = isBounded(source);
  return { test: (text) => !isRun || text.length > MAX_TEXT || pattern.test(text), toString: () => String(pattern) };
}

/** Patterns that are written without the flag `u` in mind may be wrong with it. */
function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}

/** Escapes and classes as one letter each, so that what is left are letters, groups and quantifiers. */
const ATOM = /\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]/gs;
const BACK_REFERENCE = /\\(?:[1-9]|k<)/;
const LOOK_AROUND = /\(\?<?[=!]/;
const INNER_GROUP = /\((?:\?:|\?<[A-Za-z]\w*>)?([^()]*)\)(\?(?![?*+{])|[*+?]|\{\d+(?:,\d*)?\})?/;
const CHOICE = /[*+?|]|\{(\d+),(\d*)\}/g;
const CHOOSES = /[*+?|{]/;

export function isBounded(source: string): boolean {
  if (source.length > MAX_PATTERN || BACK_REFERENCE.test(source) || LOOK_AROUND.test(source)) return false;
  let letters = source.replace(ATOM, 'a');
  if (waysOf(letters) > MAX_WAYS) return false;
  for (let group = INNER_GROUP.exec(letters); group !== null; group = INNER_GROUP.exec(letters)) {
    const [whole, inside = '', quantifier] = group;
    if (quantifier !== undefined && quantifier !== '?' && CHOOSES.test(inside)) return false;
    // What chooses inside still does when its group is part of another one.
    letters = letters.replace(whole, () => (CHOOSES.test(inside) || quantifier !== undefined ? 'a?' : 'a'));
  }
  return true;
}

/** The product of what each quantifier and each alternative can choose from, at most; without `^` every place of the text may be the first. */
function waysOf(letters: string): number {
  let ways = letters.startsWith('^') ? 1 : MAX_TEXT;
  for (const [choice, from = '0', to = ''] of letters.matchAll(CHOICE)) {
    if (choice === '?' || choice === '|') ways *= 2;
    else ways *= to === '' ? MAX_TEXT : Math.min(MAX_TEXT, Number(to) - Number(from) + 1);
  }
  return ways;
}
