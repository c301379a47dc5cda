/** A single name may be what was asked for; several that nobody mentioned are made up. */
const MADE_UP_NAMES = 2;
/** Within a sentence, and no abbreviation: the first word has its capital anyway. */
const NAME = /(?<=[\p{Ll},] )\p{Lu}\p{Ll}{2,}/gu;

/** What an answer names and the given text does not have: a value of JSON data, or several names in prose. */
export function unsupportedValue(answer: string | object, given: string): string | undefined {
  const text = given.toLowerCase();
  if (typeof answer === 'string') {
    const unknown = [...new Set(withoutQuotes(answer).match(NAME) ?? [])].filter((name) => !text.includes(name.toLowerCase()));
    return unknown.length >= MADE_UP_NAMES ? unknown.join(', ') : undefined;
  }
  const numbers = new Set((given.match(/\d+(?:[.,]\d+)*/g) ?? []).map((number) => Number(number.replaceAll(',', ''))));
  return leavesOf(answer).map((leaf) => (typeof leaf === 'number' && numbers.has(leaf) ? undefined : missing(leaf, text))).find((leaf) => leaf !== undefined);
}

function missing(leaf: unknown, text: string): string | undefined {
  const value = typeof leaf === 'string' || typeof leaf === 'number' ? String(leaf) : '';
  return value === '' || text.includes(value.toLowerCase()) ? undefined : value;
}

function leavesOf(data: object): unknown[] {
  return Object.values(data).flatMap((value: unknown) => (typeof value === 'object' && value !== null ? leavesOf(value) : [value]));
}

/** Menu items and the like. */
function withoutQuotes(text: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”/g, '');
}
