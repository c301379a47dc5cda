/**
 * The numbers that stand in a text, each as one plain form: 1,000 and 1000 are the same, 3.50 and 3.5 too. Where a separator may be of thousands or of decimals ("1.000")
 * both readings are given. Dates come apart into their numbers.
 */
const MAX_DIGITS = 30;

export interface FoundNumber {
  /** Plain forms, one or two. */
  readonly forms: readonly string[];
  /** Whether it says enough to be checked: two digits or more, or decimals; no numbering of a list, no leading zero. */
  readonly isCheckable: boolean;
}

/** Calls `found` for each number until it returns false. */
export function eachNumber(text: string, found: (number: FoundNumber) => boolean): void {
  NUMBER.lastIndex = 0;
  for (let match = NUMBER.exec(text); match !== null; match = NUMBER.exec(text)) {
    const digits = match[0];
    const raw = digits.length <= MAX_DIGITS ? digits : digits.slice(0, MAX_DIGITS);
    const isValue = !isNumbering(text, match.index, match.index + digits.length);
    for (const part of partsOf(raw)) if (!found({ forms: formsOf(part), isCheckable: isValue && isCheckable(part) })) return;
  }
}

/** "24.11.2026" and "1,2,3" are no numbers but several; "1,234.50" is one. */
function partsOf(raw: string): readonly string[] {
  const last = lastSeparator(raw);
  if (last === -1 || lastSeparator(raw.slice(0, last)) === -1 || THOUSANDS.test(raw) || THOUSANDS.test(raw.slice(0, last))) return [raw];
  return raw.split(ALL_SEPARATORS);
}

/** Digits, with single separators between them. */
const NUMBER = /\d+(?:[.,'\u00a0\u202f\u2019]\d+)*/g;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `.` `,` `'` and the narrow spaces that stand between thousands. */
function isSeparator(code: number): boolean {
  return code === 46 || code === 44 || code === 39 || code === 0xa0 || code === 0x202f || code === 0x2019;
}

function isCheckable(raw: string): boolean {
  return raw.length >= 2 && (raw.charCodeAt(0) !== 48 || !isDigit(raw.charCodeAt(1)));
}

/** "12. " or "12) " at the start of a line. */
function isNumbering(text: string, from: number, end: number): boolean {
  const mark = text.charCodeAt(end);
  if ((mark !== 46 && mark !== 41) || end - from > 3) return false;
  let before = from - 1;
  while (text.charCodeAt(before) === 32) before -= 1;
  return before < 0 || text.charCodeAt(before) === 10;
}

const THOUSANDS = /^\d{1,3}(?:[.,'\u00a0\u202f\u2019]\d{3})+$/;
const ALL_SEPARATORS = /[.,'\u00a0\u202f\u2019]/g;

function formsOf(raw: string): readonly string[] {
  const last = lastSeparator(raw);
  if (last === -1) return [whole(raw)];
  const asThousands = THOUSANDS.test(raw) ? whole(raw.replace(ALL_SEPARATORS, '')) : undefined;
  const asDecimals = decimal(raw.slice(0, last).replace(ALL_SEPARATORS, ''), raw.slice(last + 1));
  return asThousands === undefined ? [asDecimals] : [asThousands, asDecimals];
}

function lastSeparator(raw: string): number {
  for (let at = raw.length - 1; at >= 0; at--) if (isSeparator(raw.charCodeAt(at))) return at;
  return -1;
}

function whole(digits: string): string {
  let from = 0;
  while (from < digits.length - 1 && digits.charCodeAt(from) === 48) from += 1;
  return digits.slice(from);
}

function decimal(before: string, after: string): string {
  let end = after.length;
  while (end > 0 && after.charCodeAt(end - 1) === 48) end -= 1;
  return end === 0 ? whole(before) : `${whole(before)}.${after.slice(0, end)}`;
}
