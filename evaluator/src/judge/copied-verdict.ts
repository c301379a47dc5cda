import { objectTexts } from './strict-json.ts';

/** Shorter JSON occurs in many texts by itself (`{}`, `{"a":1}`). */
const LEAST_LETTERS = 20;

/** Whether a rejected answer of the judge holds JSON that stands in the judged text too: the judge repeated what was put before it. */
export function isCopiedFromData(answer: string, data: readonly string[]): boolean {
  const forged = objectTexts(answer.slice(0, 20_000)).filter(({ closed }) => !closed).map(({ text }) => bare(text)).filter((text) => text.length >= LEAST_LETTERS);
  if (forged.length === 0) return false;
  const seen = data.map(bare);
  return forged.some((text) => seen.some((where) => where.includes(text)));
}

function bare(text: string): string {
  return text.replace(/[\s\\]+/g, '');
}
